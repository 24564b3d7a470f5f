import { spawnSync } from "node:child_process";
import { chmod, readdir } from "node:fs/promises";
import { temporaryFolder, writeFiles } from "@berth/testing/temporary-folder";
import { expect, test } from "vitest";
import { submitCommand, submitExits } from "./submit-script.ts";

/** Runs the script, after some other shell, in a launch directory that is there; resolves to its exit code. */
function submit(home: string, before: string, needs: readonly string[] = []): number | null {
  const { script, stdin } = submitCommand({
    dir: `${home}/launches/a-1`,
    home,
    jobName: "berth:h:a-1",
    files: [],
    needs,
    optionNames: [],
  });
  const whole = `${before}\n(${script.replace("flock -w 90", "flock -w 0")})`;
  return spawnSync("/bin/sh", ["-c", whole], { input: stdin as string, cwd: home }).status;
}

test("where no byte can be written, no file is left that takes it to be under way", async () => {
  await using folder = await temporaryFolder();
  expect(submit(folder.path, "trap '' XFSZ; ulimit -f 0")).toBe(submitExits.disk);
  expect(await readdir(`${folder.path}/launches/a-1`)).not.toContain("submitting");
});

test("of two at a time the second is told to come again; where there are no locks each goes on", async () => {
  await using folder = await temporaryFolder();
  const needs = ["runtime"];
  expect(submit(folder.path, "", needs)).toBe(submitExits.needs);
  await using other = await temporaryFolder();
  const holdsLock = "mkdir -p launches/a-1; exec 8>>launches/a-1/lock; flock 8";
  expect(submit(other.path, holdsLock, needs)).toBe(submitExits.busy);
  await writeFiles(other.path, { "bin/flock": "#!/bin/sh\necho 'No locks available' >&2\nexit 71\n" });
  await chmod(`${other.path}/bin/flock`, 0o755);
  await using lockless = await temporaryFolder();
  expect(submit(lockless.path, `PATH="${other.path}/bin:$PATH"`, needs)).toBe(submitExits.needs);
});
