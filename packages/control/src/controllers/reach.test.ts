import { BerthError } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import { describe, expect, test } from "vitest";
import { cluster, Harbour } from "../testing/harbour.ts";
import { slurmJob } from "../testing/sea.ts";

const { signal } = new AbortController();
const spec = { model: "berth/pilot", name: "pilot", profile: "della" };
const hour = 3_600_000;

function clusterHarbour(): Harbour {
  const harbour = new Harbour();
  harbour.profiles = [cluster];
  harbour.sea.darkness = "host_unreachable";
  return harbour;
}

describe("a cluster that asks for a login", () => {
  test("keeps a service PENDING with its words for hours, and launches it once it lets us in", async () => {
    const harbour = clusterHarbour();
    harbour.sea.refusal = new BerthError("login_required", "Permission denied (keyboard-interactive).");
    const control = await harbour.start();
    const { id } = await control.services.create(spec, signal);
    await harbour.clock.advance(3 * hour);
    expect((await harbour.row(id)).service).toMatchObject({
      status: "PENDING",
      statusReason: "Permission denied (keyboard-interactive).",
    });
    expect(await harbour.row(id)).toMatchObject({ failures: 0, attempt: 1 });
    expect(await harbour.statuses(id)).toEqual(["SUBMITTED", "PENDING", "PENDING"]);
    harbour.sea.refusal = undefined;
    await harbour.until(id, "HEALTHY");
    expect(harbour.sea.violations).toEqual([]);
  });

  test("does not lose an order to stop: it is carried out when it is reached again", async () => {
    const harbour = clusterHarbour();
    const control = await harbour.start();
    const { id } = await control.services.create(spec, signal);
    await harbour.until(id, "HEALTHY");
    harbour.sea.dark = true;
    await control.services.stop(id);
    await harbour.clock.advance(hour);
    expect((await harbour.row(id)).service).toMatchObject({
      status: "STOPPING",
      statusReason: "it is stopped as soon as it is reached: no route to host",
    });
    expect(harbour.errors).toEqual([]);
    harbour.sea.dark = false;
    await harbour.until(id, "STOPPED");
    expect(harbour.sea.isRunning(id)).toBe(false);
  });
});

test("what the scheduler refuses is FAILED at once, in its words", async () => {
  const harbour = clusterHarbour();
  const words = "sbatch: error: Batch job submission failed: Invalid partition name specified";
  harbour.sea.refusal = new BerthError("launch_refused", words);
  const control = await harbour.start();
  const { id } = await control.services.create(spec, signal);
  await harbour.clock.advance(200);
  expect((await harbour.row(id)).service).toMatchObject({ status: "FAILED", statusReason: words });
});

test("a launch that waits in the queue for hours is not timed out, and tells why and until when", async () => {
  const harbour = clusterHarbour();
  harbour.sea.fate = "queued";
  harbour.sea.jobOf = () => slurmJob({ state: "PENDING", expectedStartAt: harbour.clock.now() + 9 * hour });
  const control = await harbour.start();
  const { id } = await control.services.create(spec, signal);
  await harbour.clock.advance(6 * hour);
  expect(await control.services.get(id)).toMatchObject({
    status: "PENDING",
    statusReason: "other jobs go first (Priority)",
    job: { state: "PENDING" },
  });
});

test("a healthy cluster service is asked how it does every five seconds, and a hundred cost little", async () => {
  const harbour = clusterHarbour();
  let probes = 0;
  const control = await harbour.start({
    portRange: { first: 8080, last: 8280 },
    newId: (() => {
      let ids = 0;
      return () => `id${String((ids += 1)).padStart(8, "0")}`;
    })(),
    random: Math.random,
    probe: (url, secret) => {
      probes += 1;
      return harbour.sea.probe(url, secret);
    },
  });
  for (let count = 0; count < 20; count += 1)
    await control.services.create({ model: "berth/pilot", profile: "della" }, signal);
  await harbour.clock.advance(10_000);
  probes = 0;
  await harbour.clock.advance(60_000);
  expect(probes).toBeLessThanOrEqual(20 * 15);
  expect(probes).toBeGreaterThanOrEqual(20 * 11);
});

/** A clock whose wall can jump while nothing else does. */
class JumpingClock implements Clock {
  readonly #inner: Clock;
  jumped = 0;

  constructor(inner: Clock) {
    this.#inner = inner;
  }

  now(): number {
    return this.#inner.now() + this.jumped;
  }

  monotonic(): number {
    return this.#inner.monotonic();
  }

  sleep(ms: number, stop?: AbortSignal): Promise<void> {
    return this.#inner.sleep(ms, stop);
  }
}

test("a laptop that sleeps for twelve hours times out nothing that was starting, and ends nothing as idle", async () => {
  const harbour = clusterHarbour();
  harbour.sea.fate = "loading";
  const clock = new JumpingClock(harbour.clock);
  const control = await harbour.start({ clock });
  const starting = await control.services.create({ ...spec, name: "starting" }, signal);
  await harbour.until(starting.id, "STARTING");
  harbour.sea.fate = "ready";
  const idle = await control.services.create({ ...spec, name: "idle", idleTimeoutSeconds: 900 }, signal);
  await harbour.until(idle.id, "HEALTHY");
  await harbour.clock.advance(1_000);
  clock.jumped += 12 * hour;
  await harbour.clock.advance(20_000);
  expect((await harbour.row(starting.id)).service.status).toBe("STARTING");
  expect((await harbour.row(idle.id)).service.status).toBe("HEALTHY");
  const launch = harbour.sea.launches.get(`${starting.id}-1`);
  if (launch === undefined) throw new Error("there is no launch");
  launch.ready = true;
  await harbour.until(starting.id, "HEALTHY");
  await harbour.clock.advance(900_000);
  expect((await harbour.row(idle.id)).service.statusReason).toBe("idle for 15 minutes, as asked");
});

describe("an idle time-out", () => {
  test("counts from the last request, by this machine's clock: the cluster's may be an hour off", async () => {
    const harbour = clusterHarbour();
    const control = await harbour.start();
    const { id } = await control.services.create({ ...spec, idleTimeoutSeconds: 600 }, signal);
    await harbour.until(id, "HEALTHY");
    const launch = harbour.sea.launches.get(`${id}-1`);
    if (launch === undefined) throw new Error("there is no launch");
    for (let called = 0; called < 5; called += 1) {
      await harbour.clock.advance(500_000);
      launch.lastActivityAt = harbour.clock.now() - hour;
    }
    await harbour.clock.advance(500_000);
    expect((await harbour.row(id)).service.status).toBe("HEALTHY");
    await harbour.until(id, "STOPPED");
    expect(harbour.sea.isRunning(id)).toBe(false);
  });
});
