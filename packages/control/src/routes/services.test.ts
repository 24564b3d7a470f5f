import { serviceSchema } from "@berth/api";
import { expect, test } from "vitest";
import { Harbour } from "../testing/harbour.ts";
import { serviceHandlers } from "./services.ts";

const { signal } = new AbortController();
const context = { requestId: "r1", signal };

test("a service's whole life through its routes", async () => {
  const harbour = new Harbour();
  const handlers = serviceHandlers((await harbour.start()).services);
  const created = await handlers.createService(
    { params: undefined, query: undefined, body: { model: "berth/pilot", name: "pilot" } },
    context,
  );
  expect(serviceSchema.parse(created).status).toBe("SUBMITTED");
  await harbour.until(created.id, "HEALTHY");
  const one = { params: { id: "pilot" }, query: undefined, body: undefined };
  expect((await handlers.getService(one, context)).status).toBe("HEALTHY");
  const log = await handlers.getServiceLogs({ ...one, query: { tail: 3, follow: "false" } }, context);
  expect((await Array.fromAsync(log)).join("")).toContain(`log of ${created.id}-1`);
  expect((await handlers.restartService(one, context)).status).toBe("SUBMITTED");
  expect((await handlers.stopService(one, context)).status).toBe("STOPPING");
  await harbour.until(created.id, "STOPPED");
  const events = await handlers.listServiceEvents(one, context);
  expect(events.data.map(({ status }) => status)).toContain("HEALTHY");
  const all = { params: undefined, query: { all: "true" as const }, body: undefined };
  expect((await handlers.listServices(all, context)).data).toHaveLength(1);
  await handlers.deleteService(one, context);
  expect((await handlers.listServices(all, context)).data).toEqual([]);
});

test("the log of a service that is not there is refused before its first chunk", async () => {
  const handlers = serviceHandlers((await new Harbour().start()).services);
  const asked = handlers.getServiceLogs({ params: { id: "nobody" }, query: {}, body: undefined }, context);
  await expect(asked).rejects.toMatchObject({ code: "not_found" });
});

test("a preview orders nothing", async () => {
  const handlers = serviceHandlers((await new Harbour().start()).services);
  const preview = await handlers.previewService(
    { params: undefined, query: undefined, body: { model: "berth/pilot" } },
    context,
  );
  expect(preview.model).toBe("berth/pilot");
  const listed = await handlers.listServices(
    { params: undefined, query: { all: "true" }, body: undefined },
    context,
  );
  expect(listed.data).toEqual([]);
});
