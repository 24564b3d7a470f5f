import { appendFile, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "@berth/std/clock";
import { until } from "../conformance/place.ts";
import { readLog } from "./read-log.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "berth-log-"));
});
afterEach(() => rm(dir, { recursive: true }));
const now = (): string => join(dir, "engine.log");
const before = (): string => join(dir, "engine.log.1");

async function read(tailLines?: number): Promise<string> {
  const { signal } = new AbortController();
  const isOver = async (): Promise<boolean> => true;
  let all = "";
  for await (const text of readLog({ dir, follow: false, tailLines, isOver, clock: systemClock, signal }))
    all += text;
  return all;
}

test.each([
  [undefined, "1\n2\n3\n4\n"],
  [0, ""],
  [1, "4\n"],
  [2, "3\n4\n"],
  [3, "2\n3\n4\n"],
  [9, "1\n2\n3\n4\n"],
])("the last %j lines reach back into the earlier file", async (tailLines, text) => {
  await writeFile(before(), "1\n2\n");
  await writeFile(now(), "3\n4\n");
  expect(await read(tailLines)).toBe(text);
});

test("an unfinished last line counts as a line", async () => {
  await writeFile(before(), "1\n2\n");
  await writeFile(now(), "3\n4");
  expect(await read(3)).toBe("2\n3\n4");
});

test("a log that is not there is empty", async () => {
  expect(await read()).toBe("");
});

test("following goes on over rotations, and reads to the very end", async () => {
  let over = false;
  let seen = "";
  const { signal } = new AbortController();
  const isOver = async (): Promise<boolean> => over;
  const following = (async () => {
    for await (const text of readLog({ dir, follow: true, isOver, clock: systemClock, signal })) seen += text;
  })();
  const has = (text: string): Promise<true> => until(text, async () => (seen === text ? true : undefined));
  await writeFile(now(), "one\n");
  await has("one\n");
  await appendFile(now(), "two\n");
  await rename(now(), before());
  await writeFile(now(), "three\n");
  await has("one\ntwo\nthree\n");
  await appendFile(now(), "last");
  over = true;
  await following;
  expect(seen).toBe("one\ntwo\nthree\nlast");
});

test("a letter that lies across the border of what is read at once stays whole", async () => {
  const text = `${"x".repeat(64 * 1024 - 1)}ü`;
  await writeFile(now(), text);
  expect(await read()).toBe(text);
});
