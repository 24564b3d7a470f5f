import { expect, test } from "vitest";
import { openLimitBook } from "./open-limit-book.ts";

test("there is room for the limits of every stored key, and for as many new ones as ever", async () => {
  const book = await openLimitBook({ listKeys: async () => Array.from({ length: 5000 }) }, 1);
  for (let key = 0; key < 5000 + 4096; key += 1) book.setLimits(`k${key}`, { parallel: 1 }, 0);
  expect(() => book.setLimits("one more", { parallel: 1 }, 0)).toThrow("are the most there can be");
});
