import { BerthError, type Model, type Profile } from "@berth/api";
import type { RememberedListing, RememberingModelSource, StagingModelSource } from "@berth/catalog";
import { type Clock, FakeClock } from "@berth/std/clock";
import { expect, test } from "vitest";
import { model } from "../testing/model.ts";
import { Changes } from "./changes.ts";
import { Models } from "./models.ts";

const never = new AbortController().signal;
const here = profileNamed("here", null);
const della = profileNamed("della", { host: "della" });
const away = new BerthError("host_unreachable", "ssh: connect to host della port 22: No route to host");
const [local, old, fresh] = [
  model({ id: "local" }),
  model({ id: "old", profile: "della" }),
  model({ id: "fresh", profile: "della" }),
];

function profileNamed(name: string, slurm: Profile["slurm"]): Profile {
  return {
    id: name,
    name,
    default: slurm === null,
    status: "ready",
    statusReason: null,
    schema: slurm === null ? "local" : "slurm",
    home: `/${name}`,
    cache: "/cache",
    slurm,
    connection: null,
  };
}

/** This machine, and a cluster of which `ask` tells what comes of asking it. */
function pier(given: {
  ask: () => Promise<readonly Model[]>;
  remembered?: RememberedListing;
  clock?: FakeClock;
}) {
  let asked = 0;
  const source: RememberingModelSource & StagingModelSource = {
    list: async (profile) => {
      if (profile === here) return [local];
      asked += 1;
      return given.ask();
    },
    remembered: async () => given.remembered,
    inspect: () => Promise.reject(new Error("nobody inspects")),
    remove: () => Promise.reject(new Error("nobody removes")),
    stage: async (shipped) => shipped,
  };
  const slept = Promise.withResolvers<void>();
  const clock: Pick<Clock, "monotonic" | "sleep"> = {
    monotonic: () => 0,
    sleep: (ms) => (ms === 2_000 ? slept.promise : new Promise(() => undefined)),
  };
  const models = new Models({
    source,
    profiles: { list: async () => [here, della] },
    localModels: {
      listLocalModels: async () => [],
      insertLocalModel: async () => undefined,
      deleteLocalModel: async () => undefined,
    },
    changes: new Changes(),
    clock: given.clock ?? clock,
    usedBy: async () => [],
  });
  return { models, timePasses: slept.resolve, asked: () => asked };
}

const remembered = { models: [old], seenAt: 7_000 };
const reason = away.message;

test("a cluster that is out of reach hides no other profile, and shows what was last seen there", async () => {
  const { models } = pier({ ask: () => Promise.reject(away), remembered });
  expect(await models.listing()).toEqual({
    data: [local, old],
    stale: [{ profile: "della", seenAt: 7_000, reason }],
  });
  expect(await models.get("old")).toBe(old);
});

test("one of which nothing was ever seen is told so among others, and alone is its error", async () => {
  const { models } = pier({ ask: () => Promise.reject(away) });
  expect(await models.listing()).toEqual({
    data: [local],
    stale: [{ profile: "della", seenAt: null, reason }],
  });
  await expect(models.listing({ profile: "della" })).rejects.toBe(away);
  expect((await models.listing({ profile: "here" })).data).toEqual([local]);
});

test("one that takes long is not waited for, unless it is asked anew", async () => {
  const answer = Promise.withResolvers<readonly Model[]>();
  const { models, timePasses, asked } = pier({ ask: () => answer.promise, remembered });
  timePasses();
  expect(await models.listing({ profile: "della" })).toEqual({
    data: [old],
    stale: [{ profile: "della", seenAt: 7_000, reason: "it has not answered yet" }],
  });
  const refreshed = models.listing({ profile: "della", refresh: true });
  answer.resolve([fresh]);
  expect(await refreshed).toEqual({ data: [fresh] });
  // and those who ask meanwhile share the answer
  expect(await models.listing({ profile: "della" })).toEqual({ data: [fresh] });
  expect(asked()).toBe(2);
});

test("what is not foreseen is thrown, not shown as stale", async () => {
  const { models } = pier({ ask: () => Promise.reject(new TypeError("a bug")), remembered });
  await expect(models.listing()).rejects.toThrow("a bug");
});

test("a launch waits for a listing no longer than it can be hoped for; the next shares the look", async () => {
  const answer = Promise.withResolvers<readonly Model[]>();
  const clock = new FakeClock();
  const { models, asked } = pier({ ask: () => answer.promise, clock });
  const waiting = models.list(della, never);
  waiting.catch(() => undefined);
  await clock.advance(300_000);
  await expect(waiting).rejects.toMatchObject({
    code: "host_unreachable",
    message: expect.stringContaining("profile della has not told its models within 5 minutes") as string,
  });
  const next = models.list(della, never);
  answer.resolve([fresh]);
  expect(await next).toEqual([fresh]);
  expect(asked()).toBe(1);
});

test("whoever asks no longer is let go at once", async () => {
  const { models } = pier({ ask: () => new Promise(() => undefined) });
  const gone = new AbortController();
  const waiting = models.list(della, gone.signal);
  gone.abort(new Error("gone"));
  await expect(waiting).rejects.toThrow("gone");
});
