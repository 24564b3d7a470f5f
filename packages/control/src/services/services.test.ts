import type { Service } from "@berth/api";
import { describe, expect, test } from "vitest";
import { Harbour } from "../testing/harbour.ts";
import { endedService, openHarbour } from "../testing/open-harbour.ts";

const { signal } = new AbortController();

describe("closing the server", () => {
  test("leaves engines running, and the next server adopts them", async () => {
    const { harbour, control } = await openHarbour();
    const { id } = await control.services.create({ model: "berth/pilot" }, signal);
    await harbour.until(id, "HEALTHY");
    await control.close();
    expect(harbour.clock.sleeping).toBe(0);
    expect(harbour.sea.isRunning(id)).toBe(true);
    const next = await harbour.start();
    await harbour.clock.advance(2_000);
    expect(await next.services.get(id)).toMatchObject({ status: "HEALTHY", restarts: 0 });
    expect([...harbour.sea.started]).toEqual([[`${id}-1`, 1]]);
    const [last] = (await next.services.events(id)).slice(-1);
    expect(last?.message).toBe("adopted: it was found running when the server started");
  });
});

describe("forgetting", () => {
  test("is refused while it lives", async () => {
    const { control } = await openHarbour();
    const { id } = await control.services.create({ model: "berth/pilot", name: "pilot" }, signal);
    await expect(control.services.delete(id, signal)).rejects.toMatchObject({
      code: "conflict",
      message: "service pilot is SUBMITTED; stop it first",
    });
  });

  test("deletes its launches' files and itself, and tells it", async () => {
    const { harbour, control } = await openHarbour();
    const id = await endedService(harbour, control);
    await control.services.delete(id, signal);
    expect(harbour.sea.launches.size).toBe(0);
    expect(harbour.changes.at(-1)).toEqual({ type: "service-removed", id });
    await expect(control.services.get(id)).rejects.toMatchObject({ code: "not_found" });
  });

  test("works where the profile is gone", async () => {
    const { harbour, control } = await openHarbour();
    const id = await endedService(harbour, control);
    harbour.profiles = [];
    await control.services.delete(id, signal);
    expect(await control.services.list({ all: true })).toEqual([]);
  });

  test("at the moment it is ordered again, one of the two wins, whole", async () => {
    const { harbour, control } = await openHarbour();
    const id = await endedService(harbour, control);
    const outcomes = await Promise.allSettled([
      control.services.restart(id, signal),
      control.services.delete(id, signal),
    ]);
    await harbour.clock.advance(2_000);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(harbour.sea.isRunning(id)).toBe((await control.services.list({ all: false })).length === 1);
  });
});

test("an order that is given while its engine is asked how it does is what people see from then on", async () => {
  const harbour = new Harbour();
  let asked: Promise<void> | undefined;
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  const control = await harbour.start({
    probe: async (url, secret) => {
      const health = await harbour.sea.probe(url, secret);
      if (asked === undefined) return health;
      await answered;
      return { ...health, inFlight: 1 };
    },
  });
  const { id } = await control.services.create({ model: "berth/pilot" }, signal);
  await harbour.until(id, "HEALTHY");
  asked = answered;
  await harbour.clock.advance(1_000);
  await control.services.stop(id);
  const told = harbour.changes.length;
  answer();
  await harbour.until(id, "STOPPED");
  const seen = harbour.changes
    .slice(told)
    .flatMap((change) => (change.type === "service" ? [change.service] : []));
  expect(seen.map(({ status, inFlight }) => `${status} ${inFlight}`)).toEqual(["STOPPING 1", "STOPPED 0"]);
});

describe("looking", () => {
  test("at all shows ended services only when asked to", async () => {
    const { harbour, control } = await openHarbour();
    await endedService(harbour, control);
    expect(await control.services.list({ all: false })).toEqual([]);
    expect(await control.services.list({ all: true })).toHaveLength(1);
  });

  test("at one by a short id or its name gives the same", async () => {
    const { control } = await openHarbour();
    const service: Service = await control.services.create({ model: "berth/pilot" }, signal);
    expect(await control.services.get(service.id.slice(0, 3))).toEqual(service);
    expect(await control.services.get(service.name)).toEqual(service);
  });

  test("at the log reads the latest launch's", async () => {
    const { harbour, control } = await openHarbour();
    const { id } = await control.services.create({ model: "berth/pilot" }, signal);
    await harbour.until(id, "HEALTHY");
    harbour.sea.crash(id);
    await harbour.until(id, "PENDING");
    await harbour.until(id, "HEALTHY");
    const chunks = await Array.fromAsync(control.services.logs(id, { tailLines: 5, follow: false }, signal));
    expect(chunks.join("")).toBe(`log of ${id}-2, {"tailLines":5,"follow":false}`);
  });

  test("at the log as it grows goes on with the next launch, until the service has ended", async () => {
    const { harbour, control } = await openHarbour();
    const { id } = await control.services.create({ model: "berth/pilot" }, signal);
    const chunks = Array.fromAsync(control.services.logs(id, { tailLines: 5, follow: true }, signal));
    await harbour.until(id, "HEALTHY");
    harbour.sea.crash(id);
    await harbour.until(id, "PENDING");
    await harbour.until(id, "HEALTHY");
    await control.services.stop(id);
    await harbour.until(id, "STOPPED");
    expect((await chunks).join("")).toBe(
      `log of ${id}-1, {"follow":true,"tailLines":5}log of ${id}-2, {"follow":true}`,
    );
  });

  test("at the log as it grows ends when nobody listens any more", async () => {
    const { harbour, control } = await openHarbour();
    const { id } = await control.services.create({ model: "berth/pilot" }, signal);
    await harbour.until(id, "HEALTHY");
    const leaving = new AbortController();
    const chunks = Array.fromAsync(control.services.logs(id, { follow: true }, leaving.signal));
    await harbour.clock.advance(100);
    leaving.abort(new Error("left"));
    expect((await chunks).join("")).toContain(`log of ${id}-1`);
  });
});
