import { expect, test } from "vitest";
import { coldRefusal, readyInWords } from "./cold-start.ts";
import { starting, upstream } from "./gateway-rig.ts";
import type { StartingService } from "./routing/upstream-id.ts";

const now = 1_700_000_000_000;

function service(given: Partial<StartingService["state"]>): StartingService {
  return { ...upstream(), state: { ...starting(), ...given } };
}

test.each<[string, Partial<StartingService["state"]>, string, number]>([
  ["that nobody can tell of", {}, "", 5],
  ["that is expected soon", { expectedReadyAtMs: now + 36_500 }, ", ready in about 40 seconds", 37],
  ["that is expected later", { expectedReadyAtMs: now + 400_000 }, ", ready in about 7 minutes", 400],
  ["that is late", { expectedReadyAtMs: now - 1_000 }, ", ready any moment", 1],
  ["of which no start was begun", { startMs: 62_000 }, ", ready in about 1 minute 5 seconds", 62],
  [
    "that is expected sooner than starts take",
    { expectedReadyAtMs: now + 5_000, startMs: 62_000 },
    ", ready in about 5 seconds",
    5,
  ],
  ["whose starts fail", { nextTryAtMs: now + 20_000 }, "", 20],
])("a service %s", (_fact, state, words, retryAfterSeconds) => {
  expect(readyInWords(service(state), now)).toBe(words);
  expect(coldRefusal(service(state), now).details).toMatchObject({ retryAfterSeconds });
});
