import { FakeClock } from "@berth/std/clock";
import { describe, expect, test } from "vitest";
import { Controller, type Reconciler } from "./controller.ts";

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function gate(): { readonly opened: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

function setUp(reconciler: Partial<Reconciler>) {
  const clock = new FakeClock();
  const errors: { key: string | undefined; failures: number }[] = [];
  const stop = new AbortController();
  const controller = new Controller(
    {
      name: "test",
      list: () => Promise.resolve([]),
      reconcile: () => Promise.resolve(undefined),
      ...reconciler,
    },
    {
      clock,
      resyncMs: 30_000,
      backoff: { firstMs: 100, maxMs: 1_000, jitter: 0 },
      onError: (_error, { key, failures }) => errors.push({ key, failures }),
    },
  );
  const ended = controller.run(stop.signal);
  return { clock, controller, errors, stop, ended };
}

describe("the loop", () => {
  test("runs every listed key at once when it starts", async () => {
    const seen: string[] = [];
    const { stop, ended } = setUp({
      list: () => Promise.resolve(["a", "b"]),
      reconcile: (key) => Promise.resolve(void seen.push(key)),
    });
    await turn();
    expect(seen).toEqual(["a", "b"]);
    stop.abort();
    await ended;
  });

  test("looks again after the time the reconciler asked for, not before", async () => {
    let runs = 0;
    const { clock, controller, stop, ended } = setUp({
      reconcile: () => {
        runs += 1;
        return Promise.resolve({ requeueAfterMs: 500 });
      },
    });
    await turn();
    controller.wake("a");
    await turn();
    await clock.advance(499);
    expect(runs).toBe(1);
    await clock.advance(1);
    expect(runs).toBe(2);
    stop.abort();
    await ended;
  });

  test("a wake cuts the wait short", async () => {
    let runs = 0;
    const { controller, stop, ended } = setUp({
      reconcile: () => Promise.resolve({ requeueAfterMs: ++runs * 1_000_000 }),
    });
    await turn();
    controller.wake("a");
    await turn();
    controller.wake("a");
    await turn();
    expect(runs).toBe(2);
    stop.abort();
    await ended;
  });

  test("wakes during a run collapse into one more, and one key never runs twice at once", async () => {
    const first = gate();
    let runs = 0;
    let atOnce = 0;
    const { controller, stop, ended } = setUp({
      reconcile: async () => {
        runs += 1;
        atOnce += 1;
        expect(atOnce).toBe(1);
        if (runs === 1) await first.opened;
        atOnce -= 1;
        return undefined;
      },
    });
    await turn();
    for (let i = 0; i < 5; i += 1) controller.wake("a");
    first.open();
    await turn();
    expect(runs).toBe(2);
    stop.abort();
    await ended;
  });

  test("different keys run side by side", async () => {
    const hold = gate();
    const seen: string[] = [];
    const { controller, stop, ended } = setUp({
      reconcile: async (key) => {
        seen.push(key);
        await hold.opened;
        return undefined;
      },
    });
    await turn();
    controller.wake("a");
    controller.wake("b");
    await turn();
    expect(seen).toEqual(["a", "b"]);
    hold.open();
    stop.abort();
    await ended;
  });

  test("failures back off, doubling to a limit, and wakes do not defeat it", async () => {
    let runs = 0;
    const { clock, controller, errors, stop, ended } = setUp({
      reconcile: () => {
        runs += 1;
        return Promise.reject(new Error("no"));
      },
    });
    await turn();
    controller.wake("a");
    await turn();
    for (const waitMs of [100, 200, 400, 800, 1_000, 1_000]) {
      const before = runs;
      controller.wake("a");
      await clock.advance(waitMs - 1);
      expect(runs).toBe(before);
      await clock.advance(1);
      expect(runs).toBe(before + 1);
    }
    expect(errors.map(({ failures }) => failures)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    stop.abort();
    await ended;
  });

  test("a success resets the count of failures", async () => {
    const outcomes = ["fail", "fail", "succeed", "fail"];
    const { clock, controller, errors, stop, ended } = setUp({
      reconcile: () =>
        outcomes.shift() === "fail"
          ? Promise.reject(new Error("no"))
          : Promise.resolve({ requeueAfterMs: 10 }),
    });
    await turn();
    controller.wake("a");
    await turn();
    await clock.advance(1_000);
    expect(errors.map(({ failures }) => failures)).toEqual([1, 2, 1]);
    stop.abort();
    await ended;
  });

  test("a resync finds the key whose wake was lost", async () => {
    const seen: string[] = [];
    const keys: string[] = [];
    const { clock, stop, ended } = setUp({
      list: () => Promise.resolve(keys),
      reconcile: (key) => Promise.resolve(void seen.push(key)),
    });
    await turn();
    keys.push("late");
    await clock.advance(30_000);
    expect(seen).toEqual(["late"]);
    stop.abort();
    await ended;
  });

  test("a listing that fails is told and tried again with back-off", async () => {
    let lists = 0;
    const { clock, errors, stop, ended } = setUp({
      list: () => {
        lists += 1;
        return lists < 3 ? Promise.reject(new Error("busy")) : Promise.resolve([]);
      },
    });
    await turn();
    await clock.advance(300);
    expect(lists).toBe(3);
    expect(errors).toEqual([
      { key: undefined, failures: 1 },
      { key: undefined, failures: 2 },
    ]);
    stop.abort();
    await ended;
  });
});

describe("the end", () => {
  test("comes when what was in flight has settled", async () => {
    const hold = gate();
    let done = false;
    let over = false;
    const { controller, stop, ended } = setUp({
      reconcile: async () => {
        await hold.opened;
        done = true;
        return { requeueAfterMs: 1_000 };
      },
    });
    void ended.then(() => (over = true));
    await turn();
    controller.wake("a");
    stop.abort();
    await turn();
    expect(over).toBe(false);
    hold.open();
    await ended;
    expect(done).toBe(true);
  });

  test("leaves nobody asleep, and wakes after it do nothing", async () => {
    let runs = 0;
    const { clock, controller, stop, ended } = setUp({
      reconcile: () => Promise.resolve({ requeueAfterMs: ++runs * 1_000 }),
    });
    await turn();
    controller.wake("a");
    await turn();
    stop.abort();
    await ended;
    expect(clock.sleeping).toBe(0);
    controller.wake("a");
    await turn();
    expect(runs).toBe(1);
  });
});
