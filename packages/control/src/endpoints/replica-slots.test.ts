import { expect, test } from "vitest";
import { slotsOf } from "./replica-slots.ts";

test.each([
  ["as its engine says", "llama-cpp", 4, null, 4],
  ["or fewer, where the endpoint wants that", "llama-cpp", 4, 2, 2],
  ["but never more: they would wait inside", "llama-cpp", 4, 64, 4],
  ["as a handler's host says", "handler", 16, null, 16],
  ["once, of a handler that says nothing", "handler", null, null, 1],
  ["as the endpoint says, of a handler that says nothing", "handler", null, 3, 3],
  ["as the endpoint says, of any other that says nothing", "command", null, 3, 3],
  ["eight times, where nobody says anything", "command", null, null, 8],
  ["once at least", "command", 0, null, 1],
] as const)("a replica is called %s", (_fact, engine, parallel, concurrency, slots) => {
  expect(slotsOf({ concurrency }, { engine, parallel })).toBe(slots);
});
