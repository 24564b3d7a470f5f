import { defineConfig } from "tsdown";
import { lightStart } from "./tools/light-start.ts";
import { dependedOn, fetchedOnDemand } from "./tools/outside-packages.ts";

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
  logLevel: "warn" as const,
});

export default defineConfig([
  bundle({ server: "apps/server/src/main.ts" }, "apps/server/dist"),
  bundle({ runner: "apps/runner/src/main.ts" }, "apps/runner/dist"),
  { ...bundle({ berth: "apps/cli/src/main.ts" }, "apps/cli/dist"), ...lightStart },
]);
