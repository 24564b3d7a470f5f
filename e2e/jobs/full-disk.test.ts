import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { temporaryFolder } from "@berth/testing/temporary-folder";
import { expect, test } from "vitest";

const program = join(import.meta.dirname, "full-disk-process.ts");
/** A disk of 4 MiB that only this process sees. */
const onSmallDisk = ["--user", "--map-root-user", "--mount", "sh", "-c"];
const mounted = 'mount -t tmpfs -o size=4m none "$1" && shift && exec "$@"';
const maySpawn = spawnSync("unshare", [...onSmallDisk, mounted, "sh", "/mnt", "true"]).status === 0;

test.skipIf(!maySpawn)(
  "a blob that the disk has no room for leaves nothing behind, and the others be",
  async () => {
    await using folder = await temporaryFolder();
    const words = [mounted, "sh", folder.path, process.execPath, program, folder.path];
    const { stdout, stderr } = spawnSync("unshare", [...onSmallDisk, ...words], { encoding: "utf8" });
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual({
      before: "written",
      tooLarge: "insufficient_disk",
      tooLong: "insufficient_disk",
      instead: "insufficient_disk",
      after: "written",
      files: ["after", "before"],
      kept: 2 ** 20,
    });
  },
);
