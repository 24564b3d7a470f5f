import { describe, expect, test } from "vitest";
import { Harbour } from "../testing/harbour.ts";
import { stateAt } from "../testing/state-at.ts";

const { signal } = new AbortController();

describe("routes", () => {
  test("are told when they change, and only then", async () => {
    const harbour = new Harbour();
    const control = await harbour.start();
    const kinds: (string | undefined)[] = [];
    control.routes.watch(() => kinds.push(stateAt(control.routes.snapshot(), "pilot")?.kind));
    const { id } = await control.services.create({ model: "berth/pilot", name: "pilot" }, signal);
    await harbour.until(id, "HEALTHY");
    expect(kinds[0]).toBe("starting");
    expect(kinds.at(-1)).toBe("ready");
    const { length } = kinds;
    await harbour.clock.advance(60_000);
    expect(kinds).toHaveLength(length);
    await control.services.stop(id);
    await harbour.until(id, "STOPPED");
    expect(kinds.at(-1)).toBe("unavailable");
    await control.services.delete(id, signal);
    expect(kinds.at(-1)).toBeUndefined();
  });

  test("bear a higher version with each change", async () => {
    const harbour = new Harbour();
    const control = await harbour.start();
    const versions: number[] = [];
    control.routes.watch(() => versions.push(control.routes.snapshot().version));
    const { id } = await control.services.create({ model: "berth/pilot" }, signal);
    await harbour.until(id, "HEALTHY");
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
    expect(new Set(versions).size).toBe(versions.length);
  });

  test("are there again with a new server, at the same port, as soon as it has looked", async () => {
    const harbour = new Harbour();
    const control = await harbour.start();
    const { id, port } = await control.services.create({ model: "berth/pilot", name: "pilot" }, signal);
    await harbour.until(id, "HEALTHY");
    harbour.kill();
    const next = await harbour.start();
    const held = stateAt(next.routes.snapshot(), "pilot");
    expect(held).toMatchObject({ kind: "starting", reason: "it is being looked for" });
    await harbour.clock.advance(0);
    const { routes, ports } = next.routes.snapshot();
    expect(stateAt({ routes }, "pilot")).toMatchObject({
      kind: "ready",
      address: { url: `http://${id}-1` },
    });
    expect(ports.get(port ?? 0)?.serviceId).toBe(id);
  });

  test("say when a model will be ready, from how long it took before, by this server or an earlier one", async () => {
    const harbour = new Harbour();
    harbour.sea.fate = "loading";
    const control = await harbour.start();
    const { id } = await control.services.create({ model: "berth/pilot" }, signal);
    await harbour.until(id, "STARTING");
    await harbour.clock.advance(3_000);
    for (const launch of harbour.sea.launches.values()) launch.ready = true;
    await harbour.until(id, "HEALTHY");
    harbour.kill();
    const next = await harbour.start();
    const second = await next.services.create({ model: "berth/pilot" }, signal);
    const state = stateAt(next.routes.snapshot(), second.id);
    if (state?.kind !== "starting") throw new Error("it is not starting");
    const expectedMs = (state.expectedReadyAtMs ?? 0) - harbour.clock.now();
    expect(expectedMs).toBeGreaterThan(2_800);
    expect(expectedMs).toBeLessThan(3_500);
  });
});
