import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { keptFolder } from "@berth/e2e/kept-folder";
import { mustRun } from "@berth/e2e/run-program";
import { installPackages, type Needed } from "../../tools/debian-packages.ts";

/** Throws where the package is neither there nor to be had. */
export function mustInstall(needed: Needed): void {
  const [missing] = installPackages((text) => console.error(`  ${text}`), [needed]);
  if (missing !== undefined) throw new Error(missing);
}

/** What the first of the npm packages exports, installed in a folder of their own. They are no dependencies of Berth. */
export async function loadPeer(dependencies: Readonly<Record<string, string>>): Promise<unknown> {
  const [[name, version] = ["", ""]] = Object.entries(dependencies);
  const folder = await keptFolder(`${name}-${version}`, async (made) => {
    await writeFile(join(made, "package.json"), JSON.stringify({ private: true, dependencies }));
    await mustRun(["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: made });
  });
  return createRequire(join(folder, "package.json"))(name);
}
