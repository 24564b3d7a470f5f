import { expect, test } from "vitest";
import { noLines, searchLines, withPiece, type LogLines } from "./log-buffer.ts";

const read = (pieces: readonly string[], atMost = 100): LogLines =>
  pieces.reduce((log, piece) => withPiece(log, piece, atMost), noLines);

test("a line may come in pieces, and one piece may bring many lines", () => {
  expect(read(["lo", "ading\nrea", "dy\n"]).lines).toEqual(["loading", "ready"]);
});

test("a line that has not ended is held back", () => {
  const log = read(["one\ntw"]);
  expect(log.lines).toEqual(["one"]);
  expect(log.rest).toBe("tw");
});

test("the oldest lines give way, and the numbers tell", () => {
  const log = read(["a\nb\nc\nd\n"], 2);
  expect(log.lines).toEqual(["c", "d"]);
  expect(searchLines(log, "")).toEqual([
    { number: 3, text: "c" },
    { number: 4, text: "d" },
  ]);
});

test("terminal colours and carriage returns are not text", () => {
  expect(read(["\u001b[31mred\u001b[0m line\r\n"]).lines).toEqual(["red line"]);
});

test("a search finds lines whatever their case", () => {
  expect(searchLines(read(["Warn: slow\nfine\n"]), "warn")).toEqual([{ number: 1, text: "Warn: slow" }]);
});
