import { expect, test } from "vitest";
import { SpinLocks } from "./spin-lock.ts";

test("what a thread held when it died is free, and what others hold is not", () => {
  const words = new Int32Array(new SharedArrayBuffer(8));
  const [own, dead] = [new SpinLocks(words, 0), new SpinLocks(words, 1)];
  own.lock(0);
  dead.lock(1);
  own.free(1);
  own.lock(1);
  expect([...words]).toEqual([1, 1]);
});
