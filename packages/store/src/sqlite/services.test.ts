import { endedStatuses } from "@berth/api";
import { expect, test } from "vitest";
import { serviceRow } from "../testing/rows.ts";
import { decodeService } from "./services.ts";
import { temporaryStore } from "../testing/temporary-store.ts";

const event = (serviceId = "abc123", message = "submitted") => ({
  serviceId,
  at: 5,
  status: "SUBMITTED" as const,
  message,
  evidence: { exitCode: 1, tail: ["a\nb"] },
});

function stored(json: Record<string, unknown>): Parameters<typeof decodeService>[0] {
  const { service, attempt, secret, plan } = serviceRow();
  return {
    id: service.id,
    generation: 1,
    name: service.name,
    profile: service.profile,
    status: service.status,
    port: null,
    created_at: 1,
    updated_at: 1,
    desired: "running",
    attempt,
    handle: null,
    secret,
    api_key_hash: null,
    plan,
    failures: 0,
    service_json: JSON.stringify(json),
  };
}

test("a service comes back as it went in, with its first event", async () => {
  await using temporary = await temporaryStore();
  const { services, events } = temporary.store;
  const row = serviceRow({ logTail: ["x"], port: null }, { handle: "h", apiKeyHash: "00" });
  const stored = await services.insertService(row, event());
  expect(await services.getService("abc123")).toEqual(row);
  expect(await services.getService("other")).toBeUndefined();
  expect(await events.listServiceEvents("abc123")).toEqual([stored]);
  expect(stored).toEqual({ ...event(), id: 1 });
});

test("a service that is renewed comes back with the launches beside its present one", async () => {
  await using temporary = await temporaryStore();
  const { services } = temporary.store;
  const successor = {
    attempt: 4,
    handle: null,
    status: "PENDING",
    statusReason: "Priority",
    updatedAt: 7,
    retryAt: null,
    failures: 1,
  } as const;
  const predecessors = [{ attempt: 2, handle: "h2", since: 5 }];
  const row = serviceRow({}, { attempt: 3, renewal: { lastAttempt: 4, successor, predecessors } });
  await services.insertService(row, event());
  expect(await services.getService("abc123")).toEqual(row);
});

test("a row of a version that knew no renewals has none", () => {
  expect(decodeService(stored({ ...serviceRow().service })).renewal).toBeNull();
});

test("a write moves the generation on, and a second one from the same reading is refused and changes nothing", async () => {
  await using temporary = await temporaryStore();
  const { services, events } = temporary.store;
  const row = serviceRow();
  await services.insertService(row, event());
  await services.putService({ ...row, attempt: 1 }, [event("abc123", "launched"), event("abc123", "seen")]);
  const read = await services.getService("abc123");
  expect(read).toMatchObject({ generation: 2, attempt: 1 });
  await expect(services.putService({ ...row, attempt: 7 }, [event()])).rejects.toMatchObject({
    code: "conflict",
  });
  expect(await services.getService("abc123")).toEqual(read);
  expect((await events.listServiceEvents("abc123")).map(({ message }) => message)).toEqual([
    "submitted",
    "launched",
    "seen",
  ]);
});

test("a write to a service that was deleted meanwhile is a conflict, not a resurrection", async () => {
  await using temporary = await temporaryStore();
  const { services } = temporary.store;
  await services.insertService(serviceRow(), event());
  await services.deleteService("abc123");
  await expect(services.putService(serviceRow(), [event()])).rejects.toMatchObject({ code: "conflict" });
  expect(await services.listServices()).toEqual([]);
});

test.each([
  { what: "name", given: { name: "quiet-heron", port: 9000 } },
  { what: "port", given: { name: "other", port: 8080 } },
])("two live services cannot share a $what; the refusal says whose it is", async ({ what, given }) => {
  await using temporary = await temporaryStore();
  const { services, events } = temporary.store;
  await services.insertService(serviceRow(), event());
  await expect(
    services.insertService(serviceRow({ id: "second", ...given }), event("second")),
  ).rejects.toMatchObject({ code: "already_exists", param: what, details: { serviceId: "abc123" } });
  expect(await services.listServices()).toHaveLength(1);
  expect(await events.listServiceEvents("second")).toEqual([]);
});

test.each(endedStatuses)("a service that is %s leaves its name and port to others", async (status) => {
  await using temporary = await temporaryStore();
  const { services } = temporary.store;
  const first = serviceRow();
  await services.insertService(first, event());
  await services.putService({ ...first, service: { ...first.service, status } }, []);
  await services.insertService(serviceRow({ id: "second" }), event("second"));
  expect((await services.listServices({ ended: false })).map((row) => row.service.id)).toEqual(["second"]);
  expect((await services.listServices({ ended: true })).map((row) => row.service.id)).toEqual(["abc123"]);
  // and cannot come back to life beside its heir
  const ended = await services.getService("abc123");
  if (ended === undefined) throw new Error("it is gone");
  await expect(
    services.putService({ ...ended, service: { ...ended.service, status: "SUBMITTED" } }, []),
  ).rejects.toMatchObject({ code: "already_exists" });
});

test("services without a port do not collide", async () => {
  await using temporary = await temporaryStore();
  const { services } = temporary.store;
  for (const id of ["a", "b"])
    await services.insertService(serviceRow({ id, name: id, port: null }), event(id));
  expect(await services.listServices()).toHaveLength(2);
});

test("deleting a service takes its events along, and nobody else's", async () => {
  await using temporary = await temporaryStore();
  const { services, events } = temporary.store;
  for (const [id, port] of [
    ["a", 1],
    ["b", 2],
  ] as const)
    await services.insertService(serviceRow({ id, name: id, port }), event(id));
  await services.deleteService("a");
  await services.deleteService("a");
  expect(await events.listServiceEvents("a")).toEqual([]);
  expect(await events.listServiceEvents("b")).toHaveLength(1);
});

test("of twenty writers at once from one reading, exactly one wins", async () => {
  await using temporary = await temporaryStore();
  const { services } = temporary.store;
  const row = serviceRow();
  await services.insertService(row, event());
  const writes = Array.from({ length: 20 }, (_, attempt) => services.putService({ ...row, attempt }, []));
  const results = await Promise.allSettled(writes);
  expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(1);
  expect((await services.getService("abc123"))?.generation).toBe(2);
});
