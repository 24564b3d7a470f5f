import { expect, test } from "vitest";
import { durationInWords, slurmTime, wallTimeSeconds } from "./wall-time.ts";

// one row, one line
// oxfmt-ignore
test.each([
  ["30", 1800, "00:30:00", "30 minutes"],
  ["1:00", 60, "00:01:00", "1 minute"],
  ["00:30:00", 1800, "00:30:00", "30 minutes"],
  ["1:30:00", 5400, "01:30:00", "1 hour 30 minutes"],
  ["1-12", 129_600, "1-12:00:00", "1 day 12 hours"],
  ["1-12:30", 131_400, "1-12:30:00", "1 day 12 hours"],
  ["2-00:00:00", 172_800, "2-00:00:00", "2 days"],
  ["45m", 2700, "00:45:00", "45 minutes"],
  ["2h", 7200, "02:00:00", "2 hours"],
  ["1d", 86_400, "1-00:00:00", "1 day"],
  ["90", 5400, "01:30:00", "1 hour 30 minutes"],
  ["1:30", 90, "00:01:30", "1 minute 30 seconds"],
])("%s is %i seconds: %s to Slurm, %s to people", (text, seconds, slurm, words) => {
  expect(wallTimeSeconds(text)).toBe(seconds);
  expect(slurmTime(seconds)).toBe(slurm);
  expect(durationInWords(seconds)).toBe(words);
});

test.each(["", "soon", "1:2:3:4", "-5", "0", "0m", "1h30m", "UNLIMITED"])("%j is none", (text) => {
  expect(wallTimeSeconds(text)).toBeUndefined();
});
