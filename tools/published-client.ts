import { join } from "node:path";
import { build } from "tsdown";

/**
 * Builds `@berth/client` into `outDir`: one module that needs nothing, and its types, which speak of zod's. The
 * compiler emits the types of whole source trees only, hence the configuration file of its own.
 */
export async function buildClient(top: string, outDir: string): Promise<void> {
  await build({
    config: false,
    cwd: top,
    entry: { index: "packages/client/src/index.ts" },
    outDir,
    format: "esm",
    platform: "neutral",
    target: "es2023",
    outExtensions: () => ({ js: ".js", dts: ".d.ts" }),
    dts: true,
    tsconfig: join(top, "tsconfig.client.json"),
    deps: { alwaysBundle: [/^@berth\//], neverBundle: [/^zod/], onlyBundle: false },
    logLevel: "error",
  });
}
