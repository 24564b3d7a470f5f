import type { Observation, Usage } from "@berth/gateway";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Outbox } from "./outbox.ts";
import { type Finished, type FromThread, underWayAt } from "./thread-messages.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const observation = { operation: "chat.completions" } as Observation;
const usage = (requestId: string, text = ""): Usage =>
  ({ requestId, bodies: { request: text, response: "" } }) as Usage;

function world() {
  const state = new Int32Array(2);
  const posted: Extract<FromThread, { kind: "finished" }>[] = [];
  const outbox = new Outbox((message) => message.kind === "finished" && void posted.push(message), state);
  const finish = (id: string, text?: string): void => {
    outbox.used("hash");
    outbox.observe(observation);
    outbox.record(usage(id, text));
  };
  const read = (): Finished[] => posted.map(({ finished }) => JSON.parse(finished) as Finished);
  return { state, posted, outbox, finish, read };
}

test("what ends within 100 ms is told together", () => {
  const { finish, read } = world();
  finish("a");
  finish("b");
  expect(read()).toEqual([]);
  vi.advanceTimersByTime(100);
  expect(read()).toEqual([{ observations: [], usages: [usage("a"), usage("b")], keys: ["hash"] }]);
  vi.advanceTimersByTime(1_000);
  expect(read()).toHaveLength(1);
});

test("what is not written down is told by its observation", () => {
  const { outbox, finish, read } = world();
  outbox.observe(observation);
  finish("a");
  outbox.observe(observation);
  vi.advanceTimersByTime(100);
  expect(read()).toEqual([
    { observations: [observation, observation], usages: [usage("a")], keys: ["hash"] },
  ]);
});

test("much is told at once", () => {
  const { finish, read } = world();
  for (let count = 0; count < 1_000; count += 1) finish(`${count}`);
  expect(read().length).toBeGreaterThanOrEqual(1);
  vi.advanceTimersByTime(100);
  expect(read().flatMap(({ usages }) => usages)).toHaveLength(1_000);
});

test("what is long is not gathered until it cannot be told together", () => {
  const { finish, read } = world();
  for (let count = 0; count < 10; count += 1) finish(`${count}`, "x".repeat(3 * 1024 * 1024));
  expect(read().map(({ usages }) => usages.length)).toEqual([2, 2, 2, 2, 2]);
});

test("what is lost last is told too", () => {
  const { state, finish, posted, outbox } = world();
  const long = "x".repeat(40 * 1024 * 1024);
  for (const id of ["a", "b"]) finish(id, long);
  state[underWayAt] = 0;
  outbox.flush();
  expect(posted.map(({ lost }) => lost)).toEqual([0, 1]);
});

test("what nobody takes is lost, and how much it was is told later", () => {
  const { state, finish, posted, read } = world();
  const long = "x".repeat(40 * 1024 * 1024);
  for (const id of ["a", "b"]) {
    finish(id, long);
    vi.advanceTimersByTime(100);
  }
  expect(posted).toHaveLength(1);
  // the other thread takes it
  state[underWayAt] = 0;
  finish("c");
  vi.advanceTimersByTime(100);
  expect(posted[1]?.lost).toBe(1);
  expect(read()[1]?.usages).toEqual([usage("c")]);
});
