import { BerthError, isBerthError } from "@berth/api";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ServiceControl } from "../service-control.ts";
import { cluster, Harbour, Killed } from "../testing/harbour.ts";
import { slurmJob } from "../testing/sea.ts";
import { stateAt } from "../testing/state-at.ts";

const { signal } = new AbortController();
const wallMs = 600_000;
const spec = {
  model: "berth/pilot",
  name: "pilot",
  profile: "della",
  resources: { time: "10" },
  renew: true,
};

/** A cluster whose launches wait, load and come to the end of their wall time; told of by the harbour's clock. */
class Weather {
  readonly harbour = new Harbour();
  /** How long the next launch waits in the queue. */
  waitMs = 0;
  loadMs = 3_000;
  /** The next launch dies as soon as it starts. */
  isBroken = false;
  readonly #starts = new Map<string, { readonly at: number; readonly isBroken: boolean }>();

  constructor() {
    const { sea, clock } = this.harbour;
    this.harbour.profiles = [cluster];
    sea.fate = "queued";
    sea.together = 2;
    sea.darkness = "host_unreachable";
    sea.jobOf = (launchId) => {
      this.#starts.set(launchId, { at: clock.now() + this.waitMs, isBroken: this.isBroken });
      return slurmJob({ id: launchId, state: "PENDING", submittedAt: clock.now(), node: null });
    };
  }

  async start(): Promise<{ control: ServiceControl; id: string }> {
    const control = await this.harbour.start();
    const { id } = await control.services.create(spec, signal);
    return { control, id };
  }

  /** Lets time pass and the cluster do its part. */
  async pass(ms: number, onStep: () => void = () => undefined): Promise<void> {
    const { sea, clock } = this.harbour;
    for (let passed = 0; passed < ms; passed += 500) {
      const now = clock.now();
      for (const [launchId, launch] of sea.launches) {
        const start = this.#starts.get(launchId);
        if (start === undefined || launch.exit !== undefined || now < start.at) continue;
        if (launch.queued !== undefined) {
          launch.queued = undefined;
          launch.job = slurmJob({
            id: launchId,
            submittedAt: start.at - this.waitMs,
            startedAt: start.at,
            endsAt: start.at + wallMs,
          });
        }
        if (start.isBroken) sea.end(launchId, { exitCode: 1, reason: "exit code 1" });
        launch.ready = now >= start.at + this.loadMs;
        if (now >= start.at + wallMs) sea.end(launchId, { reason: "time limit" }, "time_limit");
      }
      await clock.advance(500);
      onStep();
    }
  }

  async until(id: string, status: "HEALTHY" | "PENDING" | "STARTING"): Promise<void> {
    for (let waited = 0; waited < 4 * wallMs; waited += 500) {
      if ((await this.harbour.row(id)).service.status === status) return;
      await this.pass(500);
    }
    throw new Error(`it is ${(await this.harbour.row(id)).service.status}, not ${status}`);
  }
}

describe("a service that is renewed", () => {
  test("fifty times in a row is callable at every moment, never three launches at once, and leaves nothing behind", async () => {
    const weather = new Weather();
    const { harbour } = weather;
    const { control, id } = await weather.start();
    await weather.until(id, "HEALTHY");
    const gaps: number[] = [];
    const used = new Set<string>();
    for (let renewal = 0; renewal < 50; renewal += 1) {
      weather.waitMs = (renewal % 7) * 10_000;
      const { attempt } = await harbour.row(id);
      for (let waited = 0; (await harbour.row(id)).attempt === attempt; waited += 5_000) {
        if (waited > 2 * wallMs) throw new Error("it was not renewed");
        await weather.pass(5_000, () => {
          const state = stateAt(control.routes.snapshot(), "pilot");
          if (state?.kind === "ready") used.add(state.address.url);
          else gaps.push(harbour.clock.now());
          expect(harbour.sea.live(id).length).toBeLessThanOrEqual(2);
        });
      }
    }
    expect(gaps).toEqual([]);
    expect(used.size).toBe(51);
    await weather.pass(10_000);
    expect(harbour.sea.live(id)).toHaveLength(1);
    // files of the last few launches stay
    expect(harbour.sea.launches.size).toBeLessThanOrEqual(6);
    await control.services.stop(id);
    await harbour.until(id, "STOPPED");
    expect(harbour.sea.live(id)).toEqual([]);
    await control.services.delete(id, signal);
    expect([...harbour.sea.launches.keys()]).toEqual([]);
    expect(harbour.sea.violations).toEqual([]);
    expect(harbour.errors).toEqual([]);
  });

  test("stays HEALTHY, and tells of its successor while that waits and starts", async () => {
    const weather = new Weather();
    const { control, id } = await weather.start();
    await weather.until(id, "HEALTHY");
    weather.waitMs = 10_000;
    weather.loadMs = 15_000;
    const seen = new Set<string>();
    for (let passed = 0; passed < wallMs; passed += 1_000) {
      await weather.pass(1_000);
      const { status, successor } = await control.services.get(id);
      if (successor !== null) seen.add(`${status}, successor ${successor.status}`);
    }
    expect([...seen]).toEqual(["HEALTHY, successor PENDING", "HEALTHY, successor STARTING"]);
    const messages = (await control.services.events(id)).map(({ message }) => message);
    expect(messages).toContain(`renewed: requests go to ${id}-2, and ${id}-1 ends its last ones`);
    expect(messages).toContain(`${id}-1 has ended, after its last request`);
  });

  test("keeps the old launch until its last stream has ended", async () => {
    const weather = new Weather();
    const { harbour } = weather;
    const { id } = await weather.start();
    await weather.until(id, "HEALTHY");
    const first = harbour.sea.launches.get(`${id}-1`);
    if (first === undefined) throw new Error("there is no first launch");
    first.inFlight = 1;
    while ((await harbour.row(id)).attempt === 1) await weather.pass(1_000);
    await weather.pass(10_000);
    expect(harbour.sea.live(id)).toEqual([`${id}-1`, `${id}-2`]);
    first.inFlight = 0;
    await weather.pass(10_000);
    expect(harbour.sea.live(id)).toEqual([`${id}-2`]);
  });

  test("is PENDING, not TIMEOUT, when its wall time ends before its successor's turn has come", async () => {
    const weather = new Weather();
    const { harbour } = weather;
    const { id } = await weather.start();
    await weather.until(id, "HEALTHY");
    weather.waitMs = wallMs;
    await weather.until(id, "PENDING");
    expect((await harbour.row(id)).service.statusReason).toBe("other jobs go first (Priority)");
    expect(harbour.sea.live(id)).toEqual([`${id}-2`]);
    weather.waitMs = 0;
    await weather.until(id, "HEALTHY");
    expect((await harbour.row(id)).attempt).toBe(2);
    expect(harbour.sea.violations).toEqual([]);
  });

  test("whose successors die goes on until its wall time ends, and longer", async () => {
    const weather = new Weather();
    const { harbour } = weather;
    const { control, id } = await weather.start();
    await weather.until(id, "HEALTHY");
    weather.isBroken = true;
    while ((await harbour.row(id)).renewal?.successor?.failures !== 3) await weather.pass(1_000);
    expect((await control.services.get(id)).status).toBe("HEALTHY");
    weather.isBroken = false;
    while ((await harbour.row(id)).attempt === 1) await weather.pass(1_000);
    expect((await harbour.row(id)).service.status).toBe("HEALTHY");
    expect(harbour.sea.violations).toEqual([]);
  });
});

const happening = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.integer({ min: 500, max: 200_000 }).map((ms) => ({ kind: "time", ms }) as const),
  },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 400_000 }).map((ms) => ({ kind: "wait", ms }) as const) },
  { weight: 2, arbitrary: fc.constantFrom({ kind: "die" }, { kind: "dark" }, { kind: "light" }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom({ kind: "broken" }, { kind: "whole" }, { kind: "refuse" }, { kind: "take" }),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.integer({ min: 1, max: 6 }), fc.constantFrom("before", "after", "late" as const))
      .map(([effect, when]) => ({ kind: "kill", effect, when }) as const),
  },
);
type Happening = typeof happening extends fc.Arbitrary<infer H> ? H : never;

async function happen(weather: Weather, id: string, what: Happening): Promise<void> {
  const { harbour } = weather;
  const { sea } = harbour;
  if (harbour.control === undefined) await harbour.start();
  switch (what.kind) {
    case "time":
      return weather.pass(what.ms);
    case "wait":
      weather.waitMs = what.ms;
      return;
    case "die":
      return sea.crash(id);
    case "dark":
      sea.dark = true;
      return;
    case "light":
      sea.dark = false;
      return;
    case "broken":
      weather.isBroken = true;
      return;
    case "whole":
      weather.isBroken = false;
      return;
    case "refuse":
      sea.refusal = new BerthError("conflict", "sbatch: error: slurm_persist_conn_open");
      return;
    case "take":
      sea.refusal = undefined;
      return;
    case "kill":
      return harbour.killAt(what.effect, what.when);
  }
}

test("whatever happens while it is renewed, no launch runs twice, none is lost, and all end when it is stopped", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 5, maxLength: 25 }), async (story) => {
      const weather = new Weather();
      const { harbour } = weather;
      const { id } = await weather.start();
      await weather.until(id, "HEALTHY");
      await weather.pass(wallMs - 180_000);
      for (const what of story) {
        try {
          await happen(weather, id, what);
        } catch (error) {
          if (!(error instanceof Killed) && !isBerthError(error)) throw error;
        }
      }
      harbour.sea.dark = false;
      harbour.sea.refusal = undefined;
      harbour.killAt(Infinity, "before");
      const { services } = await harbour.start();
      await services.stop(id);
      await weather.pass(60_000);
      const { service } = await harbour.row(id);
      expect(["STOPPED", "FAILED", "TIMEOUT"]).toContain(service.status);
      expect(harbour.sea.live(id)).toEqual([]);
      expect([...harbour.sea.started.values()].every((times) => times === 1)).toBe(true);
      await services.delete(id, signal);
      harbour.kill();
      expect([...harbour.sea.launches.keys()]).toEqual([]);
      expect(harbour.sea.violations).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
