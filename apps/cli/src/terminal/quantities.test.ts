import { expect, test } from "vitest";
import { byteSize, memorySize, parameterCount } from "./quantities.ts";

test.for([
  [byteSize, 0, "0 B"],
  [byteSize, 999, "999 B"],
  [byteSize, 3_900_000, "3.9 MB"],
  [byteSize, 4_000_000_000, "4 GB"],
  [byteSize, 668_000_000, "668 MB"],
  [memorySize, 512, "512 MiB"],
  [memorySize, 1536, "1.5 GiB"],
  [parameterCount, 3_700_000, "3.7M"],
  [parameterCount, 8_000_000_000, "8B"],
] as const)("%o of %i is %s", ([format, value, text]) => {
  expect(format(value)).toBe(text);
});
