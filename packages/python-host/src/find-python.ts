import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** What `python3` may be called, the usual first. */
const names = ["python3", "python"];

/** The first Python on `path`, which is as the variable PATH; `undefined` where there is none. */
export function findPython(path: string): string | undefined {
  const candidates = names.flatMap((name) => path.split(delimiter).map((folder) => join(folder, name)));
  return candidates.find((candidate) => {
    try {
      accessSync(candidate, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
