import type { Service, ServiceStatus } from "@berth/api";
import { expect, test } from "vitest";
import { demoRepo } from "./adapters.ts";
import { ensureDemo } from "./demo.ts";
import { createLog } from "./log.ts";

const { signal } = new AbortController();

function service(id: string, status: ServiceStatus, given: Partial<Service> = {}): Service {
  return { id, name: "pilot", replicaOf: null, model: demoRepo, status, ...given } as Service;
}

test.each<[string, Service[], string[], string | undefined]>([
  ["at the first start it is launched", [], ["create"], "pilot"],
  ["running, it is left alone", [service("a", "HEALTHY")], [], "pilot"],
  ["under another name, that one is told", [service("a", "STARTING", { name: "boat" })], [], "boat"],
  ["stopped, it stays so, and nothing is promised", [service("a", "STOPPED")], [], undefined],
  ["failed, it is tried again", [service("a", "FAILED")], ["restart a"], "pilot"],
  [
    "a failed one of before is not in the way",
    [service("a", "FAILED"), service("b", "HEALTHY")],
    [],
    "pilot",
  ],
  [
    "an endpoint's replica is none of it",
    [service("a", "HEALTHY", { name: "chat.1", replicaOf: { endpointId: "ep-1", deployment: 1 } })],
    ["create"],
    "pilot",
  ],
  ["another model has its name", [service("a", "HEALTHY", { model: "x/y" })], [], undefined],
])("%s", async (_, services, done, callable) => {
  const did: string[] = [];
  const cases = {
    list: async () => services,
    create: async () => {
      did.push("create");
      return service("new", "SUBMITTED");
    },
    restart: async (id: string) => {
      did.push(`restart ${id}`);
      return service(id, "SUBMITTED");
    },
  };
  expect(await ensureDemo(cases, createLog("silent"), signal)).toBe(callable);
  expect(did).toEqual(done);
});
