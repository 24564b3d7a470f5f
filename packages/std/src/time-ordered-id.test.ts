import { expect, test } from "vitest";
import { timeOrderedId } from "./time-ordered-id.ts";

test("it is a UUID of version 7 that begins with the time", () => {
  expect(timeOrderedId(0x0192_3456_789a)).toMatch(
    /^01923456-789a-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  expect(timeOrderedId(1)).toMatch(/^00000000-0001-7/);
});

test("later ones sort behind, and no two are alike", () => {
  expect([timeOrderedId(0x1_0000), timeOrderedId(0xffff)].toSorted()[0]).toMatch(/ffff-7/);
  expect(timeOrderedId(5)).not.toBe(timeOrderedId(5));
});
