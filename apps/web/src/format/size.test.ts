import { expect, test } from "vitest";
import { formatBytes, formatCount, formatMiB, formatRough } from "./size.ts";

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1 kB"],
  [999_499, "999 kB"],
  [999_500, "1 MB"],
  [4_683_000_000, "4.68 GB"],
  [491_400_000, "491 MB"],
  [-5, "0 B"],
])("%d bytes read %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [0, "0 MiB"],
  [1023, "1023 MiB"],
  [1024, "1 GiB"],
  [1536, "1.5 GiB"],
  [131_072, "128 GiB"],
])("%d mebibytes read %s", (mebibytes, text) => {
  expect(formatMiB(mebibytes)).toBe(text);
});

test.each([
  [999, "999"],
  [3_700_000, "3.7 M"],
  [7_241_000_000, "7.2 B"],
  [123_456, "123 k"],
])("%d is roughly %s", (count, text) => {
  expect(formatRough(count)).toBe(text);
});

test("counts are grouped by thousands", () => {
  expect(formatCount(1_284_000)).toBe("1,284,000");
});
