import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";

/** ffmpeg's program in the directories of a PATH; `undefined` when none of them has it. */
export async function findFfmpeg(path: string): Promise<string | undefined> {
  for (const directory of path.split(delimiter)) {
    // a relative directory is wherever this process happens to be
    if (!isAbsolute(directory)) continue;
    const program = join(directory, "ffmpeg");
    try {
      await access(program, constants.X_OK);
      return program;
    } catch {
      // not there: the next one may have it
    }
  }
  return undefined;
}
