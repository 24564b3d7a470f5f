import { expect, test } from "vitest";
import { FakeClock } from "./clock.ts";
import { withDeadline } from "./deadline.ts";

const never = new Promise<string>(() => undefined);

test("gives what the work gave, and leaves nobody asleep", async () => {
  const clock = new FakeClock();
  expect(await withDeadline(clock, 10, new AbortController().signal, () => Promise.resolve(1))).toBe(1);
  expect(clock.sleeping).toBe(0);
});

test("rejects after its time although the work does not heed the signal", async () => {
  const clock = new FakeClock();
  let signal: AbortSignal | undefined;
  const result = withDeadline(clock, 10, new AbortController().signal, (given) => {
    signal = given;
    return never;
  });
  const refused = expect(result).rejects.toThrow("no answer within 10 ms");
  await clock.advance(10);
  await refused;
  expect(signal?.aborted).toBe(true);
});

test("rejects with the caller's reason when the caller gives up", async () => {
  const clock = new FakeClock();
  const caller = new AbortController();
  const result = withDeadline(clock, 10, caller.signal, () => never);
  caller.abort(new Error("enough"));
  await expect(result).rejects.toThrow("enough");
  expect(clock.sleeping).toBe(0);
});

test("does not begin for a caller who has already given up", async () => {
  const work = (): Promise<never> => Promise.reject(new Error("begun"));
  await expect(withDeadline(new FakeClock(), 10, AbortSignal.abort(new Error("gone")), work)).rejects.toThrow(
    "gone",
  );
});
