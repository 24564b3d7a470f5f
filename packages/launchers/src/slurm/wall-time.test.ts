import { expect, test } from "vitest";
import { wallTimeSeconds } from "@berth/api";
import { slurmTime } from "./wall-time.ts";

test.each([
  ["30", "30", 1800],
  ["30:15", "30:15", 1815],
  ["1:30:00", "1:30:00", 5400],
  ["1-12", "1-12", 129_600],
  ["1-12:30", "1-12:30", 131_400],
  ["2-00:00:01", "2-00:00:01", 172_801],
  ["45m", "45", 2700],
  ["2h", "2:00:00", 7200],
  ["1d", "1-00:00:00", 86_400],
])("%s is %s for sbatch, %d seconds", (time, words, seconds) => {
  expect(slurmTime(time)).toBe(words);
  expect([wallTimeSeconds(time), wallTimeSeconds(words)]).toEqual([seconds, seconds]);
});
