import { expect, test } from "vitest";
import { latencyWords } from "./latency-words.ts";

test.each([
  [[41, 180], "the last 2 looks took 41 ms to 180 ms"],
  [[41, null, 1200], "the last 3 looks took 41 ms to 1.2 s, 1 failed"],
  [[null, null], "the last 2 looks failed"],
])("%j reads %s", (latenciesMs, text) => {
  expect(latencyWords(latenciesMs)).toBe(text);
});
