import { join } from "node:path";
import { temporaryFolder, writeFiles } from "@berth/testing/temporary-folder";
import { tinyPdf } from "@berth/testing/tiny-documents";
import { systemClock } from "@berth/std/clock";
import { describe, expect, test } from "vitest";
import { readInProcess } from "./read-in-process.ts";

const entry = join(import.meta.dirname, "reader-main.ts");
const never = new AbortController().signal;
const note = { name: "note.txt", bytes: Buffer.from("Ships lie still. The tide comes in.") };

test("files are read in a process of their own, and counted", async () => {
  const paper = { name: "paper.pdf", bytes: tinyPdf([["The harbour."], ["The end."]]) };
  expect(await readInProcess([note, paper], { entry, clock: systemClock }, never)).toEqual([
    { file: "note.txt", place: { kind: "whole" }, text: "Ships lie still. The tide comes in.", tokens: 9 },
    { file: "paper.pdf", place: { kind: "page", page: 1 }, text: "The harbour.", tokens: 3 },
    { file: "paper.pdf", place: { kind: "page", page: 2 }, text: "The end.", tokens: 3 },
  ]);
});

test("a file that cannot be read is told as it was told there", async () => {
  const broken = { name: "b.pdf", bytes: Buffer.from("%PDF-") };
  await expect(readInProcess([broken], { entry, clock: systemClock }, never)).rejects.toMatchObject({
    code: "unprocessable",
    message: expect.stringMatching(/^b.pdf: it is broken/) as string,
    details: { file: "b.pdf" },
  });
});

describe("a reader ends", () => {
  /** A program that a file has got into a loop. */
  const writeEndless = async (folder: string): Promise<string> => {
    await writeFiles(folder, { "endless.mjs": 'process.on("message", () => undefined);' });
    return join(folder, "endless.mjs");
  };
  test.each([
    ["that takes too long", { deadlineMs: 200 }, /note.txt: reading took longer than 0.2 s; save it anew/],
    ["that needs too much memory", { maxMemoryMiB: 8 }, /note.txt: reading needed more than 8 MiB/],
  ])("%s", async (_, limits, told) => {
    await using folder = await temporaryFolder();
    const endless = await writeEndless(folder.path);
    const reading = readInProcess([note], { entry: endless, clock: systemClock, ...limits }, never);
    await expect(reading).rejects.toThrow(told);
  });

  test("whose caller leaves", async () => {
    await using folder = await temporaryFolder();
    const endless = await writeEndless(folder.path);
    const caller = new AbortController();
    const reading = readInProcess([note], { entry: endless, clock: systemClock }, caller.signal);
    caller.abort(new Error("left"));
    await expect(reading).rejects.toThrow("left");
  });
});
