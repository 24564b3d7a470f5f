import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "@berth/testing/temporary-folder";
import { EngineLog } from "./engine-log.ts";

test("however much is printed, the log stays near its bound and keeps the end", async () => {
  await using folder = await temporaryFolder();
  const log = await EngineLog.open(folder.path, 10_000);
  for (let line = 1; line <= 5_000; line++)
    if (!log.write(Buffer.from(`line ${line}\n`))) await log.settled();
  for (let line = 5_001; line <= 5_300; line++) {
    log.write(Buffer.from(`line ${line}\n`));
    await log.settled();
  }
  expect(await log.lastLines(3)).toEqual(["line 5298", "line 5299", "line 5300"]);
  await log.close();
  const names = (await readdir(folder.path)).toSorted();
  expect(names).toEqual(["engine.log", "engine.log.1"]);
  const text =
    (await readFile(join(folder.path, "engine.log.1"), "utf8")) +
    (await readFile(join(folder.path, "engine.log"), "utf8"));
  expect(text.endsWith("line 5299\nline 5300\n")).toBe(true);
  expect((await stat(join(folder.path, "engine.log"))).size).toBeLessThan(6_000);
});

test("the last lines reach back over a rotation", async () => {
  await using folder = await temporaryFolder();
  const log = await EngineLog.open(folder.path, 20);
  for (const line of ["one", "two", "three", "four"]) {
    log.write(Buffer.from(`${line}\n`));
    await log.settled();
  }
  expect((await log.lastLines(3)).slice(-2)).toEqual(["three", "four"]);
  expect(await log.lastLines(3)).toHaveLength(3);
  await log.close();
});

test("a writer that is faster than the disk is asked to wait", async () => {
  await using folder = await temporaryFolder();
  const log = await EngineLog.open(folder.path, 10_000_000);
  const block = Buffer.alloc(600_000, "x");
  expect(log.write(block)).toBe(true);
  expect([log.write(block), log.write(block)]).toContain(false);
  await log.settled();
  expect(log.write(Buffer.from("y"))).toBe(true);
  await log.close();
});

test("what a log held before is added to", async () => {
  await using folder = await temporaryFolder();
  for (const line of ["one\n", "two\n"]) {
    const log = await EngineLog.open(folder.path, 1_000);
    log.write(Buffer.from(line));
    await log.close();
  }
  expect(await readFile(join(folder.path, "engine.log"), "utf8")).toBe("one\ntwo\n");
});
