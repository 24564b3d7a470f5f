import type { Service } from "@berth/api";
import { describe, expect, test } from "vitest";
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
});
