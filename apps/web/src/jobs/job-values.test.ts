import { expect, test } from "vitest";
import { noValues, restarted, valueText, withValue, type JobValues } from "./job-values.ts";

test("only the last values are kept, and all are counted", () => {
  let values: JobValues = noValues;
  for (let index = 0; index < 700; index += 1) values = withValue(values, index);
  expect(values.count).toBe(700);
  expect(values.last).toHaveLength(500);
  expect(values.last.at(-1)).toBe(699);
});

test("a job that begins anew forgets its values, but a stream is resumed behind all that was told", () => {
  const anew = withValue(restarted(withValue(withValue(noValues, "a"), "b")), "c");
  expect(anew).toEqual({ last: ["c"], count: 1, heard: 4 });
});

test.each([
  ["a text", "a text"],
  [{ page: 1 }, '{"page":1}'],
  [null, "null"],
])("%j is shown as %s", (value, text) => {
  expect(valueText(value)).toBe(text);
});
