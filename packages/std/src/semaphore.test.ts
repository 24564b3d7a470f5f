import { expect, test } from "vitest";
import { Semaphore } from "./semaphore.ts";

const never = new AbortController().signal;

test("as many enter as there are permits, the others in turn", async () => {
  const semaphore = new Semaphore(2);
  const entered: string[] = [];
  const enter = async (name: string) => {
    const leave = await semaphore.acquire(never);
    entered.push(name);
    return leave;
  };
  const first = await enter("first");
  const second = await enter("second");
  const third = enter("third");
  const fourth = enter("fourth");
  await Promise.resolve();
  expect(entered).toEqual(["first", "second"]);
  first();
  first();
  await third;
  await Promise.resolve();
  expect(entered).toEqual(["first", "second", "third"]);
  second();
  await fourth;
  expect(entered).toEqual(["first", "second", "third", "fourth"]);
});

test("who gives up waiting takes nobody's turn", async () => {
  const semaphore = new Semaphore(1);
  const leave = await semaphore.acquire(never);
  const impatient = new AbortController();
  const waiting = semaphore.acquire(impatient.signal);
  const patient = semaphore.acquire(never);
  impatient.abort(new Error("no time"));
  await expect(waiting).rejects.toThrow("no time");
  leave();
  (await patient)();
  (await semaphore.acquire(never))();
});
