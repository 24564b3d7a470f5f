import { expect, test } from "vitest";
import { Lockstep, Walker } from "./lockstep.ts";

function walkersOf(count: number): Walker[] {
  const lockstep = new Lockstep();
  return Array.from({ length: count }, () => {
    const walker = new Walker(lockstep);
    walker.join();
    return walker;
  });
}

/** Whether the promise is settled once everything that is due has run. */
async function isSettled(promise: Promise<void> | undefined): Promise<boolean> {
  let settled = promise === undefined;
  void promise?.then(() => (settled = true));
  await new Promise((resolve) => setImmediate(resolve));
  return settled;
}

test("one alone never waits", () => {
  const [walker] = walkersOf(1);
  expect(walker?.ready()).toBeUndefined();
  expect(walker?.ready()).toBeUndefined();
});

test("the last one ready lets all go", async () => {
  const [a, b, c] = walkersOf(3);
  const first = a?.ready();
  const second = b?.ready();
  expect(await isSettled(first)).toBe(false);
  expect(c?.ready()).toBeUndefined();
  expect(await isSettled(first)).toBe(true);
  expect(await isSettled(second)).toBe(true);
});

test("one that ends holds up nobody", async () => {
  const [a, b] = walkersOf(2);
  const turn = a?.ready();
  b?.leave();
  b?.leave();
  expect(await isSettled(turn)).toBe(true);
});

test("a slow reader holds up its own answer only, and is back afterwards", async () => {
  const [a, b] = walkersOf(2);
  const read = Promise.withResolvers<void>();
  const pause = b?.without(read.promise);
  expect(a?.ready()).toBeUndefined();
  read.resolve();
  await pause;
  expect(await isSettled(a?.ready())).toBe(false);
});
