import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import fc from "fast-check";
import { lastLinesOffset, readLastLines } from "./last-lines.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "berth-lines-"));
  path = join(folder, "engine.log");
});
afterEach(() => rm(folder, { recursive: true }));

test.each([
  ["one\ntwo\nthree\n", 2, ["two", "three"]],
  ["one\ntwo\nthree", 2, ["two", "three"]],
  ["one\n", 5, ["one"]],
  ["one\n\n", 1, [""]],
  ["\n\n\n", 2, ["", ""]],
  ["", 3, []],
  ["one\ntwo\n", 0, []],
])("of %j the last %i lines are %j", async (text, count, lines) => {
  await writeFile(path, text);
  expect(await readLastLines(path, count)).toEqual(lines);
});

test("a file that is not there has no lines", async () => {
  expect(await readLastLines(join(folder, "gone"), 3)).toEqual([]);
});

test("the beginning of the last lines is found in files of many blocks", async () => {
  const line = fc.integer({ min: 0, max: 50_000 }).map((length) => "é".repeat(length >> 1) + "\n");
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 12 }), fc.nat({ max: 14 }), async (lines, count) => {
      const text = Buffer.from(lines.join(""));
      await writeFile(path, text);
      const file = await open(path);
      const offset = await lastLinesOffset(file, text.length, count);
      await file.close();
      expect(text.subarray(offset).toString()).toBe(count === 0 ? "" : lines.slice(-count).join(""));
    }),
    { numRuns: 40 },
  );
});

test("no more than the wanted bytes are read of an endless line", async () => {
  await writeFile(path, "x".repeat(300_000));
  expect((await readLastLines(path, 3, 1000))[0]).toHaveLength(1000);
});
