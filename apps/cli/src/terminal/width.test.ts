import { expect, test } from "vitest";
import { padEnd, shorten, terminalColumns, textWidth } from "./width.ts";

test.for([
  [{ isTTY: true, columns: 132 }, 132],
  [{ isTTY: true, columns: 0 }, undefined],
  [{ isTTY: false }, undefined],
  [{}, undefined],
] as const)("%j is %s columns wide", ([stream, columns]) => {
  expect(terminalColumns(stream)).toBe(columns);
});

test.for([
  ["plain", 5],
  ["größer", 6],
  ["e\u0301", 1],
  ["日本", 4],
  ["🚢", 2],
  ["", 0],
] as const)("%j takes %i columns", ([text, columns]) => {
  expect(textWidth(text)).toBe(columns);
});

test.for([
  ["berth/pilot", 11, "berth/pilot"],
  ["berth/pilot", 10, "berth…ilot"],
  ["berth/pilot", 3, "b…t"],
  ["berth/pilot", 2, "b…"],
  ["berth/pilot", 1, "…"],
  ["berth/pilot", 0, ""],
  ["日本語日本語", 7, "日…語"],
] as const)("%j in %i columns is %j", ([text, columns, short]) => {
  expect(shorten(text, columns)).toBe(short);
});

test("padding counts columns, not characters", () => {
  expect(padEnd("日", 4)).toBe("日  ");
});
