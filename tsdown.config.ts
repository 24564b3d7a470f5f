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

const cli = bundle({ berth: "apps/cli/src/main.ts" }, "apps/cli/dist");

export default defineConfig([
  bundle({ server: "apps/server/src/main.ts" }, "apps/server/dist"),
  // by itself: what it would share with the server is far more than it needs
  {
    ...bundle({ "usage-thread": "packages/store/src/sqlite/usage/usage-thread.ts" }, "apps/server/dist"),
    clean: false,
  },
  bundle({ runner: "apps/runner/src/main.ts" }, "apps/runner/dist"),
  { ...cli, ...lightStart, plugins: [...cli.plugins, ...lightStart.plugins] },
]);
