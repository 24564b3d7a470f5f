import { expect, test } from "vitest";
import { cutJobError, cutJobProgress } from "./job-words.ts";

test("what a handler says is kept as it is, up to a length", () => {
  const error = { code: "c".repeat(128), message: "m".repeat(4096), details: "d".repeat(4096) };
  expect(cutJobError(error)).toEqual(error);
  expect(cutJobError({ ...error, details: null }).details).toBeNull();
  const progress = { done: 1, total: 2, message: "m".repeat(1024) };
  expect(cutJobProgress(progress)).toEqual(progress);
  expect(cutJobProgress({ ...progress, message: null }).message).toBeNull();
});

test("what is longer is cut, and the cut shows", () => {
  const long = "x".repeat(9_000_000);
  expect(cutJobError({ code: long, message: long, details: long })).toEqual({
    code: `${"x".repeat(127)}…`,
    message: `${"x".repeat(4095)}…`,
    details: `${"x".repeat(4095)}…`,
  });
  expect(cutJobProgress({ done: 1, total: null, message: long }).message).toBe(`${"x".repeat(1023)}…`);
});

test("no sign is cut in two", () => {
  for (const before of ["", "x"]) {
    const { message } = cutJobError({ code: "c", message: before + "😀".repeat(3000), details: null });
    expect(message.isWellFormed()).toBe(true);
    expect(message.length).toBeGreaterThan(4094);
  }
});
