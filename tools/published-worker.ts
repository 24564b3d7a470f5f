import { join } from "node:path";
import { build } from "tsdown";

/** Builds `@berth/worker` into `outDir`: the package, its types and its program, which need nothing but Node. */
export async function buildWorker(top: string, outDir: string): Promise<void> {
  await build({
    config: false,
    cwd: top,
    entry: { index: "packages/worker/src/index.ts", main: "packages/worker/src/main.ts" },
    outDir,
    format: "esm",
    platform: "node",
    target: "node24",
    outExtensions: () => ({ js: ".js", dts: ".d.ts" }),
    dts: true,
    tsconfig: join(top, "tsconfig.worker.json"),
    deps: { alwaysBundle: [/^@berth\//], neverBundle: [/^zod/], onlyBundle: false },
    logLevel: "error",
  });
}
