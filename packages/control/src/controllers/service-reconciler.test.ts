import { BerthError } from "@berth/api";
import { describe, expect, test } from "vitest";
import { Harbour } from "../testing/harbour.ts";
import { stateAt } from "../testing/state-at.ts";

const { signal } = new AbortController();
const spec = { model: "berth/pilot", name: "pilot" };

async function healthy(harbour: Harbour) {
  const control = await harbour.start();
  const { id } = await control.services.create(spec, signal);
  await harbour.until(id, "HEALTHY");
  return { control, id };
}

describe("a service that is ordered", () => {
  test("becomes healthy by the states in between, each in its history", async () => {
    const harbour = new Harbour();
    const { id } = await healthy(harbour);
    expect(await harbour.statuses(id)).toEqual(["SUBMITTED", "PENDING", "STARTING", "HEALTHY"]);
    const row = await harbour.row(id);
    expect(row).toMatchObject({ attempt: 1, handle: `handle of ${id}-1`, failures: 0 });
    expect(row.service).toMatchObject({ contextTokens: 1024, parallel: 2, statusReason: null });
  });

  test("is healthy soon after its engine is ready", async () => {
    const harbour = new Harbour();
    harbour.sea.fate = "loading";
    const control = await harbour.start();
    const { id } = await control.services.create(spec, signal);
    await harbour.until(id, "STARTING");
    await harbour.clock.advance(3_000);
    for (const launch of harbour.sea.launches.values()) launch.ready = true;
    await harbour.clock.advance(200);
    expect((await harbour.row(id)).service.status).toBe("HEALTHY");
  });

  test("tells how far it is while it loads, without writing that down", async () => {
    const harbour = new Harbour();
    harbour.sea.fate = "loading";
    const control = await harbour.start();
    const { id } = await control.services.create(spec, signal);
    await harbour.until(id, "STARTING");
    await harbour.clock.advance(100);
    const { generation } = await harbour.row(id);
    await harbour.clock.advance(5_000);
    expect((await control.services.get(id)).statusReason).toBe("loading 50 %");
    expect((await harbour.row(id)).generation).toBe(generation);
  });

  test("writes nothing while all is well", async () => {
    const harbour = new Harbour();
    const { id } = await healthy(harbour);
    const { generation } = await harbour.row(id);
    await harbour.clock.advance(60_000);
    expect((await harbour.row(id)).generation).toBe(generation);
  });

  test("shows what is true at the moment beside what is stored", async () => {
    const { control, id } = await healthy(new Harbour());
    expect(await control.services.get(id)).toMatchObject({ memoryMiB: 42, inFlight: 0 });
  });
});

describe("a new server", () => {
  test("writes down once what it finds running, and what it launched itself never", async () => {
    const harbour = new Harbour();
    const { id } = await healthy(harbour);
    for (let server = 1; server <= 3; server += 1) {
      await harbour.start();
      await harbour.clock.advance(10_000);
      const messages = (await harbour.store.listServiceEvents(id)).map(({ message }) => message);
      expect(messages.filter((message) => message.startsWith("adopted"))).toHaveLength(server);
    }
  });

  test("sees that an engine died meanwhile, starts it at once, and does not call that adopted", async () => {
    const harbour = new Harbour();
    const { id } = await healthy(harbour);
    harbour.kill();
    harbour.sea.crash(id, 9);
    await harbour.start();
    await harbour.until(id, "PENDING");
    await harbour.until(id, "HEALTHY");
    const messages = (await harbour.store.listServiceEvents(id)).map(({ message }) => message);
    expect(messages).toContain("exit code 9; trying again at once");
    expect(messages.some((message) => message.startsWith("adopted"))).toBe(false);
  });
});

describe("an engine that dies", () => {
  test("is started again as a new attempt, with its end as evidence", async () => {
    const harbour = new Harbour();
    const { id } = await healthy(harbour);
    harbour.sea.crash(id, 9);
    await harbour.until(id, "PENDING");
    expect((await harbour.row(id)).service).toMatchObject({
      statusReason: "failure 1 of 5: exit code 9",
      logTail: ["boom"],
    });
    await harbour.until(id, "HEALTHY");
    expect(await harbour.row(id)).toMatchObject({ attempt: 2, service: { restarts: 1, logTail: null } });
    expect(harbour.sea.violations).toEqual([]);
  });

  test("again and again, soon after each start, ends FAILED", async () => {
    const harbour = new Harbour();
    const { id } = await healthy(harbour);
    for (;;) {
      harbour.sea.crash(id);
      await harbour.until(id, "PENDING", "FAILED");
      if ((await harbour.until(id, "HEALTHY", "FAILED")).service.status === "FAILED") break;
    }
    expect(await harbour.row(id)).toMatchObject({ attempt: 5, failures: 5 });
    expect((await harbour.row(id)).service.statusReason).toBe("gave up after 5 failures: exit code 1");
  });

  test("once an hour is started again for ever", async () => {
    const harbour = new Harbour();
    const { id } = await healthy(harbour);
    for (let hour = 0; hour < 12; hour += 1) {
      await harbour.clock.advance(100_000);
      harbour.sea.crash(id);
      await harbour.until(id, "PENDING");
      await harbour.until(id, "HEALTHY");
    }
    expect((await harbour.row(id)).attempt).toBe(13);
    expect([...harbour.sea.launches.keys()]).toHaveLength(5);
  });

  test("before it was ever healthy ends FAILED within seconds", async () => {
    const harbour = new Harbour();
    harbour.sea.fate = { exitCode: 1 };
    const control = await harbour.start();
    const { id } = await control.services.create(spec, signal);
    const orderedAt = harbour.clock.now();
    await harbour.until(id, "FAILED");
    expect(harbour.clock.now() - orderedAt).toBeLessThan(5_000);
    expect(await harbour.row(id)).toMatchObject({ attempt: 3, service: { logTail: ["boom"] } });
  });
});

describe("a place that cannot be seen", () => {
  test("ends nothing, for however long, and is told once", async () => {
    const harbour = new Harbour();
    const { control, id } = await healthy(harbour);
    harbour.sea.dark = true;
    await harbour.clock.advance(3_600_000);
    const service = await control.services.get(id);
    expect(service.status).toBe("HEALTHY");
    expect(service.unreachableSince).not.toBeNull();
    expect(await harbour.statuses(id)).toHaveLength(5);
    expect(stateAt(control.routes.snapshot(), "pilot")?.kind).toBe("ready");
    harbour.sea.dark = false;
    await harbour.clock.advance(10_000);
    expect((await control.services.get(id)).unreachableSince).toBeNull();
    expect((await harbour.row(id)).attempt).toBe(1);
  });

  test("keeps a service STOPPING until it is seen again", async () => {
    const harbour = new Harbour();
    const { control, id } = await healthy(harbour);
    harbour.sea.dark = true;
    await control.services.stop(id);
    await harbour.clock.advance(120_000);
    expect((await harbour.row(id)).service.status).toBe("STOPPING");
    expect(harbour.sea.isRunning(id)).toBe(true);
    harbour.sea.dark = false;
    await harbour.until(id, "STOPPED");
    expect(harbour.sea.isRunning(id)).toBe(false);
  });

  test("may be a profile that somebody took away", async () => {
    const harbour = new Harbour();
    const { control, id } = await healthy(harbour);
    harbour.profiles = [];
    await harbour.clock.advance(10_000);
    expect((await control.services.get(id)).status).toBe("HEALTHY");
    const [last] = (await control.services.events(id)).slice(-1);
    expect(last?.message).toBe("cannot be seen: profile here is not there any more");
  });
});

describe("a runner that answers wrongly", () => {
  test("under another launch's name is no proof of health: ports are reused", async () => {
    const harbour = new Harbour();
    const control = await harbour.start({
      probe: async (url, secret) => ({ ...(await harbour.sea.probe(url, secret)), launchId: "other-1" }),
    });
    const { id } = await control.services.create(spec, signal);
    await harbour.clock.advance(30_000);
    expect((await harbour.row(id)).service.status).toBe("STARTING");
  });

  test("not at all makes a healthy service UNHEALTHY, and stays callable", async () => {
    const harbour = new Harbour();
    let mute = false;
    const control = await harbour.start({
      probe: (url, secret) => (mute ? new Promise(() => undefined) : harbour.sea.probe(url, secret)),
    });
    const { id } = await control.services.create(spec, signal);
    await harbour.until(id, "HEALTHY");
    mute = true;
    await harbour.until(id, "UNHEALTHY");
    expect((await harbour.row(id)).service.statusReason).toBe("no answer within 2000 ms");
    expect(stateAt(control.routes.snapshot(), "pilot")?.kind).toBe("ready");
    mute = false;
    await harbour.until(id, "HEALTHY");
    expect((await harbour.row(id)).attempt).toBe(1);
  });

  test("never, in the time it has, ends TIMEOUT and is gone", async () => {
    const harbour = new Harbour();
    harbour.sea.fate = "loading";
    const control = await harbour.start();
    const { id } = await control.services.create(spec, signal);
    await harbour.until(id, "TIMEOUT");
    expect(harbour.sea.isRunning(id)).toBe(false);
    expect((await harbour.row(id)).service.statusReason).toBe(
      "the engine was not ready within 60 s (stopped)",
    );
  });
});

describe("a launcher that refuses", () => {
  test("for a while delays the service", async () => {
    const harbour = new Harbour();
    harbour.sea.refusal = new BerthError("insufficient_disk", "no space left on device");
    const control = await harbour.start();
    const { id } = await control.services.create(spec, signal);
    await harbour.clock.advance(600);
    harbour.sea.refusal = undefined;
    await harbour.until(id, "HEALTHY");
    expect(await harbour.row(id)).toMatchObject({ attempt: 1 });
  });

  test("for good ends it FAILED, with what the system said", async () => {
    const harbour = new Harbour();
    harbour.sea.refusal = new BerthError("insufficient_disk", "no space left on device");
    const control = await harbour.start();
    const { id } = await control.services.create(spec, signal);
    await harbour.until(id, "FAILED");
    expect((await harbour.row(id)).service.statusReason).toContain("no space left on device");
    expect((await harbour.row(id)).attempt).toBe(1);
  });
});

test("a launcher that cannot stop a service is told of, and asked again with back-off", async () => {
  const harbour = new Harbour();
  const { control, id } = await healthy(harbour);
  const stop = harbour.sea.stop.bind(harbour.sea);
  let asked = 0;
  harbour.sea.stop = (ref, options) =>
    (asked += 1) > 5
      ? stop(ref, options)
      : Promise.reject(new BerthError("conflict", "its state is unreadable"));
  await control.services.stop(id);
  await harbour.until(id, "STOPPED");
  expect(harbour.errors).toHaveLength(5);
  expect(asked).toBe(6);
  const history = await control.services.events(id);
  expect(history.slice(-3).map(({ status, message }) => `${status}: ${message}`)).toEqual([
    "STOPPING: stopping, as asked",
    "STOPPING: it could not be stopped: its state is unreadable",
    "STOPPED: stopped, as asked",
  ]);
});

describe("many services", () => {
  test("of one profile are looked at with one question", async () => {
    const harbour = new Harbour();
    const control = await harbour.start();
    for (let i = 0; i < 5; i += 1) await control.services.create({ model: "berth/pilot" }, signal);
    for (const { id } of await control.services.list({ all: false })) await harbour.until(id, "HEALTHY");
    harbour.kill();
    harbour.sea.questions.length = 0;
    await harbour.start();
    await harbour.clock.advance(0);
    expect(harbour.sea.questions[0]).toBe(5);
  });
});
