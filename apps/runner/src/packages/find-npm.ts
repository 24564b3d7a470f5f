import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { findProgram } from "../engine/find-program.ts";

/** Where Node's own installations keep npm, seen from the folder of its program: on Unix, on Windows. */
const besideNode = ["../lib/node_modules/npm/bin/npm-cli.js", "node_modules/npm/bin/npm-cli.js"];

/** The words that start npm: the user's own, else the one that came with this Node; `undefined` when there is neither. */
export async function findNpm(path: string, nodePath: string): Promise<readonly string[] | undefined> {
  const own = await findProgram("npm", "/", path);
  if (own.kind === "found") return [own.path];
  const script = besideNode.map((place) => join(dirname(nodePath), place)).find(existsSync);
  return script === undefined ? undefined : [nodePath, script];
}
