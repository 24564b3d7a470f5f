import { chmod, mkdtemp, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeDirectory } from "./make-directory.ts";

let top: string;
beforeEach(async () => (top = await mkdtemp(join(tmpdir(), "berth-std-"))));
afterEach(() => rm(top, { recursive: true, force: true }));

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

test("what is missing is made, for its owner only, and the uppermost is told", async () => {
  expect(await makeDirectory(join(top, "a/b/c"))).toBe(join(top, "a"));
  for (const path of ["a", "a/b", "a/b/c"]) expect(await modeOf(join(top, path))).toBe(0o700);
  expect(await makeDirectory(join(top, "a/b/d"))).toBe(join(top, "a/b/d"));
});

test("what is there stays as it is, a link to a directory too", async () => {
  await chmod(top, 0o755);
  await symlink(top, join(top, "link"));
  expect(await makeDirectory(top)).toBeUndefined();
  expect(await makeDirectory(join(top, "link"))).toBeUndefined();
  expect(await makeDirectory("/")).toBeUndefined();
  expect(await modeOf(top)).toBe(0o755);
});

test("of many who make it at once, all succeed", async () => {
  const made = await Promise.all(Array.from({ length: 8 }, () => makeDirectory(join(top, "x/y"))));
  expect(made.filter((first) => first === join(top, "x"))).toHaveLength(1);
});

test("a file in the way is an error", async () => {
  await writeFile(join(top, "file"), "");
  await expect(makeDirectory(join(top, "file"))).rejects.toThrow(/EEXIST/);
  await expect(makeDirectory(join(top, "file/below"))).rejects.toThrow(/ENOTDIR/);
});

test.runIf(process.platform === "linux")(
  "a place that takes no new names is an error, and no endless wait",
  async () => {
    await expect(makeDirectory("/proc/berth/home")).rejects.toThrow(/ENOENT/);
  },
);
