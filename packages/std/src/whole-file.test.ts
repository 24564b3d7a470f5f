import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createFile, replaceFile } from "./whole-file.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "berth-file-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("a replaced file holds the new text, belongs to its user alone and leaves nothing beside it", async () => {
  const path = join(folder, "state.json");
  await replaceFile(path, "one");
  await replaceFile(path, "two");
  expect(await readFile(path, "utf8")).toBe("two");
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(["state.json"]);
});

test("a reader never sees a part of a file that is being replaced", async () => {
  const path = join(folder, "state.json");
  const texts = ["a".repeat(100_000), "b".repeat(50_000)];
  await replaceFile(path, "a".repeat(100_000));
  const seen = new Set<string>();
  const writing = (async () => {
    for (let round = 0; round < 40; round++) await replaceFile(path, texts[round % 2] ?? "");
  })();
  for (let round = 0; round < 40; round++) seen.add(await readFile(path, "utf8"));
  await writing;
  expect([...seen].every((text) => texts.includes(text))).toBe(true);
});

test("of many who create a file one wins, and its text stands", async () => {
  const path = join(folder, "claim.json");
  const won = await Promise.all(
    Array.from({ length: 20 }, (_, index) => createFile(path, `writer ${index}`)),
  );
  expect(won.filter(Boolean)).toHaveLength(1);
  expect(await readFile(path, "utf8")).toBe(`writer ${won.indexOf(true)}`);
  expect(await readdir(folder)).toEqual(["claim.json"]);
});

test("a folder that is not there is an error, not a lost write", async () => {
  await expect(createFile(join(folder, "gone", "claim.json"), "x")).rejects.toMatchObject({ code: "ENOENT" });
  await expect(replaceFile(join(folder, "gone", "state.json"), "x")).rejects.toMatchObject({
    code: "ENOENT",
  });
});

test("a draft that cannot take its place is removed", async () => {
  await expect(replaceFile(folder, "x")).rejects.toThrow();
  expect((await readdir(tmpdir())).filter((name) => name.startsWith(".draft-"))).toEqual([]);
});
