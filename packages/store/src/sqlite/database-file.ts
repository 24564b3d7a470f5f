import { access, constants, open } from "node:fs/promises";
import { dirname } from "node:path";
import { BerthError } from "@berth/api";
import { makeDirectory } from "@berth/std/make-directory";
import { explainFileError } from "./file-error.ts";
import { type FileSystemProbe, networkFileSystem } from "./file-system.ts";

/**
 * Sees that the file is there, only its owner's (0600), in a directory that can be written, on a disk of this machine.
 * A directory that it makes is 0700.
 */
export async function prepareDatabaseFile(path: string, probe: FileSystemProbe): Promise<void> {
  const directory = dirname(path);
  try {
    await makeDirectory(directory);
    await access(directory, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw explainFileError(error, directory);
  }
  const network = await networkFileSystem(directory, probe);
  if (network !== undefined)
    throw new BerthError(
      "unsupported",
      `${directory} lies on a network file system (${network}), where the database can be damaged: ` +
        "set BERTH_STATE_DIR to a directory on a disk of this machine, for example /var/tmp/berth-$USER",
      { details: { directory, fileSystem: network } },
    );
  try {
    const file = await open(path, "a", 0o600);
    try {
      if (((await file.stat()).mode & 0o077) !== 0) await file.chmod(0o600);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw explainFileError(error, path);
  }
}
