import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { readThirdPartyFile, thirdPartyFile, thirdPartyPage } from "./third-party.ts";

const bundles = [
  "apps/cli/dist",
  "apps/server/dist",
  "apps/runner/dist",
  "packages/summarize/dist",
  "packages/worker/dist",
];
const bin = "berth.mjs";
const webDir = "apps/web/dist";
const demoModel = "models/demo/pilot-q8_0.gguf";

/** What Berth is built of, with the terms, in the published package. */
export const thirdPartyPageName = "THIRD-PARTY.md";

/** Where people's shells find the program, in the published package. */
export const binPath = `lib/${bin}`;

/**
 * Puts what `build.ts` built into `dir/lib`, everything beside everything, as `apps/server/src/installation.ts` looks for
 * it. Source maps stay behind: they weigh twice the program. Throws when something was not built.
 */
export function assembleCli(top: string, dir: string): void {
  const lib = join(dir, "lib");
  mkdirSync(lib, { recursive: true });
  for (const folder of bundles) copyBundle(built(top, folder), lib);
  const program = join(dir, binPath);
  writeFileSync(program, `#!/usr/bin/env node\n${readFileSync(program, "utf8")}`);
  chmodSync(program, 0o755);
  const isShown = (path: string): boolean => basename(path) !== thirdPartyFile;
  cpSync(built(top, webDir), join(lib, "web"), { recursive: true, filter: isShown });
  mkdirSync(join(lib, "demo"));
  cpSync(join(top, demoModel), join(lib, "demo", "pilot-q8_0.gguf"));
  const held = [...bundles, webDir].flatMap((folder) => readThirdPartyFile(join(top, folder)));
  writeFileSync(join(dir, thirdPartyPageName), thirdPartyPage(held));
}

function built(top: string, path: string): string {
  const full = join(top, path);
  if (!existsSync(full)) throw new Error(`${path} is not there; run tools/build.ts first`);
  return full;
}

/** Chunks are named by what they hold, so two bundles may share a name only for the same text. */
function copyBundle(from: string, lib: string): void {
  for (const name of readdirSync(from).filter((file) => file.endsWith(".mjs"))) {
    const text = readFileSync(join(from, name), "utf8").replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n");
    const target = join(lib, name);
    if (existsSync(target) && readFileSync(target, "utf8") !== text)
      throw new Error(`two bundles hold different chunks called ${name}`);
    writeFileSync(target, text);
  }
}
