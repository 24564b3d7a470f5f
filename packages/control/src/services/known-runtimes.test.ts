import { FakeClock } from "@berth/std/clock";
import { expect, test } from "vitest";
import { KnownRuntimes } from "./known-runtimes.ts";

const { signal } = new AbortController();
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("what was known is told at once, and what was found meanwhile the next time", async () => {
  const answers = [["process"], ["process", "podman"]] as const;
  let asked = 0;
  const clock = new FakeClock();
  const machine = new KnownRuntimes(clock).of({
    read: () => Promise.reject(new Error("nobody asks")),
    runtimes: async () => answers[asked++],
  });
  expect(await machine.runtimes?.(signal)).toEqual(["process"]);
  expect(await machine.runtimes?.(signal)).toEqual(["process"]);
  expect(asked).toBe(1);
  await clock.advance(60_000);
  expect(await machine.runtimes?.(signal)).toEqual(["process"]);
  await turn();
  expect(await machine.runtimes?.(signal)).toEqual(["process", "podman"]);
  expect(asked).toBe(2);
});

test("what goes wrong meanwhile is forgotten, and told to whoever asks next", async () => {
  let isBroken = false;
  const clock = new FakeClock();
  const machine = new KnownRuntimes(clock).of({
    read: () => Promise.reject(new Error("nobody asks")),
    runtimes: async () => {
      if (isBroken) throw new Error("broken");
      return ["process"];
    },
  });
  await machine.runtimes?.(signal);
  isBroken = true;
  await clock.advance(60_000);
  expect(await machine.runtimes?.(signal)).toEqual(["process"]);
  await turn();
  await expect(machine.runtimes?.(signal)).rejects.toThrow("broken");
});
