import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteStore } from "@berth/store/sqlite";
import { expect, test } from "vitest";
import { Harbour } from "./testing/harbour.ts";

const { signal } = new AbortController();

test("with the real store: a service lives, survives a new server and is forgotten", async () => {
  const directory = await mkdtemp(join(tmpdir(), "berth-control-"));
  const path = join(directory, "berth.db");
  const harbour = new Harbour();
  const first = await openSqliteStore({ path });
  let control = await harbour.start({ store: first });
  const reach = async (id: string, status: string): Promise<void> => {
    for (let tried = 0; (await control.services.get(id)).status !== status; tried += 1) {
      expect(tried).toBeLessThan(1_000);
      await harbour.clock.advance(50);
    }
  };
  const { id } = await control.services.create({ model: "berth/pilot", name: "pilot" }, signal);
  await reach(id, "HEALTHY");
  await control.close();
  await first.maintenance.close();

  const second = await openSqliteStore({ path });
  control = await harbour.start({ store: second });
  await harbour.clock.advance(2_000);
  expect(await control.services.get("pilot")).toMatchObject({ id, status: "HEALTHY" });
  harbour.sea.crash(id, 9);
  await reach(id, "PENDING");
  await reach(id, "HEALTHY");
  await control.services.stop(id);
  await reach(id, "STOPPED");
  expect((await control.services.events(id)).map(({ status }) => status)).toEqual([
    "SUBMITTED",
    "PENDING",
    "STARTING",
    "HEALTHY",
    // adopted by the second server
    "HEALTHY",
    "PENDING",
    "PENDING",
    "STARTING",
    "HEALTHY",
    "STOPPING",
    "STOPPED",
  ]);
  await control.services.delete(id, signal);
  expect(await second.services.listServices()).toEqual([]);
  expect(harbour.errors).toEqual([]);
  await control.close();
  await second.maintenance.close();
  await rm(directory, { recursive: true });
});

test("rows that somebody else has written are read again, and told", async () => {
  const harbour = new Harbour();
  const control = await harbour.start();
  const { id } = await control.services.create({ model: "berth/pilot" }, signal);
  await harbour.until(id, "HEALTHY");
  await control.services.stop(id);
  const row = await harbour.until(id, "STOPPED");
  await harbour.store.putService({ ...row, service: { ...row.service, profile: "there" } }, []);
  const told = harbour.changes.length;
  await control.reload();
  await control.reload();
  expect(harbour.changes.slice(told)).toMatchObject([{ type: "service", service: { id, profile: "there" } }]);
});
