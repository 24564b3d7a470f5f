import { isBerthError } from "@berth/api";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ServiceControl } from "../service-control.ts";
import { Harbour, Killed } from "../testing/harbour.ts";

const { signal } = new AbortController();

/** Does it on the server that runs, or on the next one when that is killed meanwhile. */
async function insist<T>(harbour: Harbour, act: (control: ServiceControl) => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await act(harbour.control ?? (await harbour.start()));
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
  }
}

async function reach(harbour: Harbour, id: string, status: "HEALTHY" | "STOPPED"): Promise<void> {
  for (let waited = 0; waited < 60_000; waited += 50) {
    if ((await harbour.row(id)).service.status === status) return;
    if (harbour.control === undefined) await harbour.start();
    await harbour.clock.advance(50);
  }
  throw new Error(`it is ${(await harbour.row(id)).service.status}, not ${status}`);
}

/** Ordered, healthy, crashed, healthy, ordered again while it runs, healthy, stopped, ordered again, stopped, forgotten. */
async function wholeLife(harbour: Harbour): Promise<void> {
  const id = await insist(harbour, async ({ services }) => {
    const [known] = await services.list({ all: true });
    return known?.id ?? (await services.create({ model: "berth/pilot", name: "pilot" }, signal)).id;
  });
  const orderedAgain = async ({ services }: ServiceControl): Promise<void> => {
    await services.restart(id, signal);
  };
  await reach(harbour, id, "HEALTHY");
  harbour.sea.crash(id);
  await harbour.clock.advance(1_100);
  await reach(harbour, id, "HEALTHY");
  await insist(harbour, orderedAgain);
  await reach(harbour, id, "HEALTHY");
  await insist(harbour, ({ services }) => services.stop(id));
  await reach(harbour, id, "STOPPED");
  await insist(harbour, orderedAgain);
  await reach(harbour, id, "HEALTHY");
  await insist(harbour, ({ services }) => services.stop(id));
  await reach(harbour, id, "STOPPED");
  await insist(harbour, async ({ services }) => {
    if ((await services.list({ all: true })).length > 0) await services.delete(id, signal);
  });
}

/** Of a life in which nobody is killed: far enough to kill after each effect of it. */
async function countEffects(): Promise<number> {
  const harbour = new Harbour();
  await wholeLife(harbour);
  harbour.kill();
  return harbour.effects;
}

const count = await countEffects();

describe("a server killed at any moment of a service's life", () => {
  const moments = Array.from({ length: count }, (_, index) => index + 1).flatMap((effect) =>
    (["before", "after", "late"] as const).map((when) => [when, effect] as const),
  );

  test("has many moments to be killed at", () => {
    expect(count).toBeGreaterThan(25);
  });

  test.each(moments)(
    "(%s effect %i) is followed by one that neither starts twice nor leaks",
    async (when, effect) => {
      const harbour = new Harbour();
      harbour.killAt(effect, when);
      await wholeLife(harbour);
      harbour.kill();
      expect(harbour.sea.violations).toEqual([]);
      expect([...harbour.sea.started.values()].every((times) => times === 1)).toBe(true);
      expect([...harbour.sea.launches.keys()]).toEqual([]);
      expect(await harbour.store.listServices()).toEqual([]);
    },
  );
});

const happening = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 5_000 }).map((ms) => ({ kind: "time", ms }) as const) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 60 }).map((ms) => ({ kind: "time", ms }) as const) },
  { weight: 2, arbitrary: fc.constantFrom({ kind: "stop" }, { kind: "restart" }, { kind: "create" }) },
  { weight: 2, arbitrary: fc.constantFrom({ kind: "die" }, { kind: "dark" }, { kind: "light" }) },
  { weight: 1, arbitrary: fc.constantFrom({ kind: "loading" }, { kind: "quick" }, { kind: "broken" }) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.integer({ min: 1, max: 6 }), fc.constantFrom("before", "after", "late" as const))
      .map(([effect, when]) => ({ kind: "kill", effect, when }) as const),
  },
);
type Happening = typeof happening extends fc.Arbitrary<infer H> ? H : never;

async function happen(harbour: Harbour, what: Happening): Promise<void> {
  const { sea } = harbour;
  const ids = (await harbour.store.listServices()).map(({ service }) => service.id);
  const control = harbour.control ?? (await harbour.start());
  switch (what.kind) {
    case "time":
      return harbour.clock.advance(what.ms);
    case "create":
      if (ids.length < 3) await control.services.create({ model: "berth/pilot" }, signal);
      return;
    case "stop":
      if (ids[0] !== undefined) await control.services.stop(ids[0]);
      return;
    case "restart":
      for (const id of ids.slice(0, 2)) await control.services.restart(id, signal);
      return;
    case "die":
      for (const id of ids) sea.crash(id);
      return;
    case "dark":
      sea.dark = true;
      return;
    case "light":
      sea.dark = false;
      return;
    case "loading":
      sea.fate = "loading";
      return;
    case "quick":
      sea.fate = "ready";
      return;
    case "broken":
      sea.fate = { exitCode: 1 };
      return;
    case "kill":
      return harbour.killAt(what.effect, what.when);
  }
}

test("whatever happens in whatever order, nothing runs twice, nothing leaks, and the unseen is not dead", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 5, maxLength: 40 }), async (story) => {
      const harbour = new Harbour();
      for (const what of story) {
        try {
          await happen(harbour, what);
        } catch (error) {
          if (!(error instanceof Killed) && !isBerthError(error)) throw error;
        }
      }
      // in the end all is light, every service is told to stop, and does
      harbour.sea.dark = false;
      harbour.killAt(Infinity, "before");
      const { services } = await harbour.start();
      const ids = (await services.list({ all: true })).map(({ id }) => id);
      for (const id of ids) await services.stop(id);
      await harbour.clock.advance(120_000);
      harbour.kill();
      for (const id of ids) {
        expect(["STOPPED", "FAILED", "TIMEOUT"]).toContain((await harbour.row(id)).service.status);
        expect(harbour.sea.isRunning(id)).toBe(false);
      }
      expect(harbour.sea.violations).toEqual([]);
    }),
    { numRuns: 300 },
  );
});
