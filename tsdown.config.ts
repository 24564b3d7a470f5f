import { defineConfig } from "tsdown";
import { lightStart } from "./tools/light-start.ts";

/** Found at run time beside the bundle, not inside it: native code, and what is fetched on demand. */
const external = ["better-sqlite3", "node-llama-cpp", /^@node-llama-cpp\//, "pino"];

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
  deps: { alwaysBundle: [/.*/], neverBundle: external },
  logLevel: "warn" as const,
});

export default defineConfig([
  bundle({ server: "apps/server/src/main.ts" }, "apps/server/dist"),
  bundle({ runner: "apps/runner/src/main.ts" }, "apps/runner/dist"),
  { ...bundle({ berth: "apps/cli/src/main.ts" }, "apps/cli/dist"), ...lightStart },
]);
