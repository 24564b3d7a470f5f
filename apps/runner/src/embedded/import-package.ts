import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * Imports a package from `folder`'s `node_modules`, or, when no folder is given, from where this program lies. Engines'
 * native packages are large: an installed Berth fetches them into a folder when they are first needed.
 */
export async function importPackage(name: string, folder: string | undefined): Promise<unknown> {
  if (folder === undefined) return import(name);
  const require = createRequire(join(folder, "package.json"));
  const path = require.resolve(name);
  if (path.endsWith(".node")) return require(path); // which `import` cannot
  return import(pathToFileURL(path).href);
}
