import { mkdir, mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { engineVersion, ownEngines } from "./engine-version.ts";

test.each(ownEngines.map((engine) => [engine.title, engine] as const))(
  "%s is found among the fetched engines, and not where it is not",
  async (_, engine) => {
    await using folder = await mkdtempDisposable(join(tmpdir(), "berth-engines-"));
    // a name that is not beside this program
    const absent = { ...engine, packageName: `${engine.packageName}-of-a-test` };
    expect(await engineVersion(absent, folder.path)).toBeUndefined();
    const packageDir = join(folder.path, engine.folders[0] ?? "", "node_modules", absent.packageName);
    await mkdir(packageDir, { recursive: true });
    await writeFile(join(packageDir, "package.json"), '{"version": "1.2.3", "main": "index.js"}');
    await writeFile(join(packageDir, "index.js"), "");
    expect(await engineVersion(absent, folder.path)).toBe("1.2.3");
  },
);
