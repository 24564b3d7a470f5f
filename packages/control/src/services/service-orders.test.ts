import { describe, expect, test } from "vitest";
import { model } from "../testing/model.ts";
import { endedService, openHarbour } from "../testing/open-harbour.ts";

const { signal } = new AbortController();

describe("stopping", () => {
  test("shows at once that it is under way, and ends STOPPED with nothing running", async () => {
    const { harbour, control } = await openHarbour();
    const { id } = await control.services.create({ model: "berth/pilot" }, signal);
    await harbour.until(id, "HEALTHY");
    expect((await control.services.stop(id)).status).toBe("STOPPING");
    await harbour.until(id, "STOPPED");
    expect(harbour.sea.isRunning(id)).toBe(false);
  });

  test("leaves no end of a log that was of an earlier crash", async () => {
    const { harbour, control } = await openHarbour();
    const { id } = await control.services.create({ model: "berth/pilot" }, signal);
    await harbour.until(id, "HEALTHY");
    harbour.sea.crash(id);
    expect((await harbour.until(id, "PENDING")).service.logTail).toEqual(["boom"]);
    await control.services.stop(id);
    expect((await harbour.until(id, "STOPPED")).service.logTail).toBeNull();
  });

  test("before the first launch leaves nothing launched", async () => {
    const { harbour, control } = await openHarbour();
    const { id } = await control.services.create({ model: "berth/pilot" }, signal);
    await control.services.stop(id);
    await harbour.until(id, "STOPPED");
    expect(harbour.sea.isRunning(id)).toBe(false);
  });

  test("what has ended changes nothing", async () => {
    const { harbour, control } = await openHarbour();
    const id = await endedService(harbour, control);
    const before = await harbour.row(id);
    expect((await control.services.stop(id)).status).toBe("STOPPED");
    expect(await harbour.row(id)).toEqual(before);
  });

  test("all of them resolves when all have ended", async () => {
    const { harbour, control } = await openHarbour();
    const ids: string[] = [];
    for (let i = 0; i < 3; i += 1) {
      ids.push((await control.services.create({ model: "berth/pilot" }, signal)).id);
    }
    for (const id of ids) await harbour.until(id, "HEALTHY");
    const stopped = control.services.stopAll(signal);
    await harbour.clock.advance(1_000);
    await stopped;
    expect(ids.some((id) => harbour.sea.isRunning(id))).toBe(false);
  });

  test("all of them gives up when it is told to", async () => {
    const { harbour, control } = await openHarbour();
    const { id } = await control.services.create({ model: "berth/pilot" }, signal);
    await harbour.until(id, "HEALTHY");
    harbour.sea.dark = true;
    const limit = new AbortController();
    const stopped = control.services.stopAll(limit.signal);
    limit.abort(new Error("enough"));
    await expect(stopped).rejects.toThrow("enough");
  });
});

describe("ordering again", () => {
  test("what has ended keeps its name, port and revision, and starts a new attempt", async () => {
    const { harbour, control } = await openHarbour();
    const id = await endedService(harbour, control, { model: "berth/pilot", name: "pilot" });
    harbour.models.push(model({ revision: "bbbb2222", modifiedAt: 9_000 }));
    expect((await control.services.restart("pilot", signal)).status).toBe("SUBMITTED");
    await harbour.until(id, "HEALTHY");
    expect(await harbour.row(id)).toMatchObject({
      attempt: 2,
      service: { port: 8080, revision: "aaaa1111", restarts: 0, endedAt: null, statusReason: null },
    });
  });

  test("what runs stops it first", async () => {
    const { harbour, control } = await openHarbour({ freeMemoryMiB: 150 });
    const { id } = await control.services.create({ model: "berth/pilot" }, signal);
    await harbour.until(id, "HEALTHY");
    harbour.freeMemoryMiB = 50;
    harbour.busyPorts = [8080];
    await control.services.restart(id, signal);
    await harbour.until(id, "HEALTHY");
    expect(await harbour.row(id)).toMatchObject({ attempt: 2, service: { port: 8080 } });
    expect(harbour.sea.violations).toEqual([]);
  });

  test("takes another port when its own has gone to somebody else", async () => {
    const { harbour, control } = await openHarbour();
    const id = await endedService(harbour, control);
    harbour.busyPorts = [8080];
    expect((await control.services.restart(id, signal)).port).toBe(8081);
  });

  test("is refused, and changes nothing, when its name has gone to another service", async () => {
    const { harbour, control } = await openHarbour();
    const id = await endedService(harbour, control, { model: "berth/pilot", name: "pilot" });
    await control.services.create({ model: "berth/pilot", name: "pilot" }, signal);
    const before = await harbour.row(id);
    await expect(control.services.restart(id, signal)).rejects.toMatchObject({ code: "already_exists" });
    expect(await harbour.row(id)).toEqual(before);
  });

  test("is refused when memory has become short", async () => {
    const { harbour, control } = await openHarbour();
    const id = await endedService(harbour, control);
    harbour.freeMemoryMiB = 10;
    await expect(control.services.restart(id, signal)).rejects.toMatchObject({ code: "insufficient_memory" });
  });

  test("what was forced is forced again", async () => {
    const { harbour, control } = await openHarbour({ freeMemoryMiB: 10 });
    const id = await endedService(harbour, control, { model: "berth/pilot", force: true });
    expect((await control.services.restart(id, signal)).status).toBe("SUBMITTED");
  });

  test("with other adapters it is launched with those, and keeps all else", async () => {
    const { harbour, control } = await openHarbour();
    const tuned = [{ path: "/tuned.gguf", scale: 0.5 }];
    const { id } = await control.services.create(
      { model: "berth/pilot", apiKey: "sk-its-own", env: { NAME: "value" }, options: { parallel: 2 } },
      signal,
    );
    await harbour.until(id, "HEALTHY");
    const before = await harbour.row(id);
    await control.services.restart(id, signal, { options: { lora: tuned } });
    await harbour.until(id, "HEALTHY");
    const after = await harbour.row(id);
    expect(after).toMatchObject({ attempt: 2, apiKeyHash: before.apiKeyHash });
    expect(after.service.options).toEqual({ parallel: 2, lora: tuned });
    expect(after.service).toMatchObject({ env: { NAME: "value" }, port: before.service.port });
    await control.services.restart(id, signal);
    expect((await harbour.row(id)).service.options).toEqual({ parallel: 2, lora: tuned });
    await control.services.restart(id, signal, { options: { lora: [] } });
    expect((await harbour.row(id)).service.options).toEqual({ parallel: 2 });
  });

  test("with adapters that its engine refuses it goes on as it was", async () => {
    const { harbour, control } = await openHarbour();
    const { id } = await control.services.create({ model: "berth/pilot" }, signal);
    await harbour.until(id, "HEALTHY");
    const before = await harbour.row(id);
    const lora = [{ path: "anywhere.gguf", scale: 1 }];
    await expect(control.services.restart(id, signal, { options: { lora } })).rejects.toMatchObject({
      param: "options.lora",
    });
    expect(await harbour.row(id)).toEqual(before);
  });

  test("a file by its path finds it again", async () => {
    const { harbour, control } = await openHarbour();
    const id = await endedService(harbour, control, { model: "/some/file.gguf" });
    await control.services.restart(id, signal);
    await harbour.until(id, "HEALTHY");
    expect((await harbour.row(id)).service.modelPath).toBe("/some/file.gguf");
  });
});
