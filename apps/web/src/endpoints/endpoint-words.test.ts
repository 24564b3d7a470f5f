import { defaultScaling } from "@berth/api";
import { expect, test } from "vitest";
import { endpoint } from "../../mock/seed-endpoints.ts";
import { readyWords, replicaWords, scalingWords, servesWords } from "./endpoint-words.ts";

const replicas = { wanted: 0, ready: 0, starting: 0, draining: 0 };

test.each([
  [{}, "none"],
  [{ wanted: 2, ready: 2 }, "2 ready"],
  [{ wanted: 3, ready: 2, starting: 1 }, "2 ready · 1 starting · of 3"],
  [{ wanted: 1, ready: 1, draining: 2 }, "1 ready · 2 draining"],
  [{ wanted: 1 }, "0 ready · of 1"],
])("replicas %o are told as %s", (part, words) => {
  expect(replicaWords({ ...replicas, ...part })).toBe(words);
});

test("scaling from nothing says when replicas come and go", () => {
  expect(scalingWords({ ...defaultScaling, max: 3 })).toEqual([
    "Starts from nothing at the first call, and goes back to nothing 15 min after the last.",
    "One more for every 100 calls that wait or are worked on, up to 3 replicas; fewer once fewer have been enough for 15 min.",
  ]);
});

test("a fixed number is told as one", () => {
  expect(scalingWords({ ...defaultScaling, min: 1, max: 1, concurrency: 1, queueDelaySeconds: 30 })).toEqual([
    "At least one replica runs all the time.",
    "Never more than one replica, however much waits.",
    "A replica works on one call at once; more wait.",
  ]);
});

test("an aim for the queue is told where more replicas can follow from it", () => {
  expect(scalingWords({ ...defaultScaling, max: 2, queueDelaySeconds: 30 })).toContain(
    "More also when what waits would not be begun within 30 s.",
  );
});

test.each([
  [null, "workers of your own"],
  [{ model: "berth/pilot" }, "berth/pilot"],
  [{ command: { argv: ["serve", "--fast"] } }, "serve --fast"],
])("what %o serves is told as %s", (template, words) => {
  expect(servesWords({ template })).toBe(words);
});

test("a start that is late promises nothing any more", () => {
  const one = endpoint(0, { id: "ep_1", owner: "ada", name: "a", expectedReadyAt: 60_000 });
  expect(readyWords(one, 20_000)).toMatch(/^ready in about 40 s, at /);
  expect(readyWords(one, 61_000)).toBe("should be ready any moment");
  expect(readyWords({ ...one, expectedReadyAt: null }, 0)).toBeUndefined();
});
