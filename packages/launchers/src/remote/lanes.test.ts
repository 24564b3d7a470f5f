import { expect, test } from "vitest";
import { type Lane, Lanes, mayEnter } from "./lanes.ts";

const never = new AbortController().signal;
const none = { short: 0, launch: 0, stop: 0, upload: 0, follow: 0, relay: 0 };
const lanes = Object.keys(none) as Lane[];

test.for([
  ["a look, while three uploads are wanted", { upload: 2 }, "short", true],
  [
    "a look, while all that lasts has all it may have",
    { stop: 4, upload: 1, follow: 1, relay: 1 },
    "short",
    true,
  ],
  ["a look, while Slurm keeps three launches waiting", { launch: 3 }, "short", true],
  ["a launch, while stops wait for a dead node", { stop: 4 }, "launch", true],
  ["a fourth look at once", { short: 3 }, "short", false],
  ["a stop, while logs are followed", { follow: 4 }, "stop", true],
  ["an upload, while stops wait for a dead node", { stop: 4 }, "upload", true],
  ["a third upload", { upload: 2 }, "upload", false],
  ["a fifth follower", { follow: 4 }, "follow", false],
  ["a fourth follower beside what others keep", { follow: 3 }, "follow", true],
  ["a second stop where followers have taken all that is free", { follow: 4, stop: 1 }, "stop", false],
  ["the relay, while all else is taken", { stop: 4, follow: 1, upload: 1, short: 2 }, "relay", true],
  ["a second relay", { relay: 1 }, "relay", false],
] as const)("%s: it enters, or waits", ([, used, lane, enters]) => {
  expect(mayEnter({ ...none, ...used }, lane)).toBe(enters);
});

test("whoever enters in whatever order, there are never more than ten, and no lane is kept from its own", async () => {
  for (let seed = 0; seed < 200; seed++) {
    const used = { ...none };
    for (let step = 0; step < 30; step++) {
      const lane = lanes[(seed * 7 + step * (seed + 3)) % lanes.length] as Lane;
      if (mayEnter(used, lane)) used[lane] += 1;
      for (const each of lanes) expect(used[each] > 0 || mayEnter(used, each)).toBe(true);
    }
    expect(Object.values(used).reduce((sum, count) => sum + count)).toBeLessThanOrEqual(10);
  }
});

test("those of a lane enter in turn, when one leaves; one that gives up is not let in", async () => {
  const shared = new Lanes();
  const first = await shared.acquire("relay", never);
  const entered: string[] = [];
  const giveUp = new AbortController();
  const given = shared.acquire("relay", giveUp.signal);
  const second = shared.acquire("relay", never).then((release) => {
    entered.push("second");
    return release;
  });
  const third = shared.acquire("relay", never).then(() => entered.push("third"));
  giveUp.abort(new Error("no more"));
  await expect(given).rejects.toThrow("no more");
  await shared.acquire("short", never);
  expect(entered).toEqual([]);
  first();
  first();
  (await second)();
  await third;
  expect(entered).toEqual(["second", "third"]);
});
