import { defineConfig } from "tsdown";
import { lightStart } from "./tools/light-start.ts";
import { dependedOn, fetchedOnDemand } from "./tools/outside-packages.ts";
import { tellThirdParty } from "./tools/third-party.ts";

const bundle = (entry: Record<string, string>, outDir: string) => ({
  entry,
  outDir,
  format: "esm" as const,
  platform: "node" as const,
  target: "node24",
  outExtensions: () => ({ js: ".mjs" }),
  dts: false,
  clean: true,
  sourcemap: true,
  deps: { alwaysBundle: [/.*/], neverBundle: [...dependedOn, ...fetchedOnDemand] },
  plugins: [tellThirdParty],
  logLevel: "warn" as const,
});

/** By itself: what it would share with the server is far more than it needs. What it holds of others', the server's tells. */
const thread = (entry: Record<string, string>) => ({
  ...bundle(entry, "apps/server/dist"),
  clean: false,
  plugins: [],
});

const cli = bundle({ berth: "apps/cli/src/main.ts" }, "apps/cli/dist");

export default defineConfig([
  bundle({ server: "apps/server/src/main.ts" }, "apps/server/dist"),
  thread({ "usage-thread": "packages/store/src/sqlite/usage/usage-thread.ts" }),
  thread({ "job-thread": "packages/store/src/sqlite/jobs/job-thread.ts" }),
  thread({ "gateway-thread": "apps/server/src/workers/gateway-thread.ts" }),
  bundle({ "document-reader": "packages/summarize/src/documents/reader-main.ts" }, "packages/summarize/dist"),
  bundle({ runner: "apps/runner/src/main.ts" }, "apps/runner/dist"),
  bundle({ worker: "packages/worker/src/main.ts" }, "packages/worker/dist"),
  { ...cli, ...lightStart, plugins: [...cli.plugins, ...lightStart.plugins] },
]);
