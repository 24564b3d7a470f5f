import type { EndpointLoad } from "@berth/gateway";
import { expect, test } from "vitest";
import { GatewayLoads } from "./gateway-loads.ts";

const load = (arrived: number, finished: number, held = 0): EndpointLoad => ({ arrived, finished, held });

function told(loads: GatewayLoads, thread: number, of: EndpointLoad, outstanding = 0): void {
  loads.tell(thread, { endpoints: [["ep-1", of]], outstanding: [["svc-1", outstanding]] });
}

test("what threads count is added up, and what waits is not in flight", () => {
  const loads = new GatewayLoads();
  expect(loads.traffic("ep-1")).toBeUndefined();
  told(loads, 1, load(5, 2, 1), 2);
  told(loads, 2, load(3, 3), 1);
  expect(loads.traffic("ep-1")).toEqual({ arrived: 8, finished: 5, held: 1, inFlight: 2 });
  expect(loads.traffic("ep-2")).toBeUndefined();
  expect([loads.outstanding("svc-1"), loads.outstanding("svc-2")]).toEqual([3, 0]);
});

test("the server's own thread counts as well", () => {
  const loads = new GatewayLoads();
  loads.setGateway({
    traffic: { loads: new Map([["ep-1", load(2, 0)]]) },
    outstanding: () => new Map([["svc-1", 2]]),
  } as unknown as Parameters<GatewayLoads["setGateway"]>[0]);
  told(loads, 1, load(1, 1), 1);
  expect(loads.traffic("ep-1")).toEqual({ arrived: 3, finished: 1, held: 0, inFlight: 2 });
  expect(loads.outstanding("svc-1")).toBe(3);
});

test("what a thread had under way is over when the thread is gone, and no count falls", () => {
  const loads = new GatewayLoads();
  told(loads, 1, load(5, 2, 1), 2);
  loads.tell(1, undefined);
  expect(loads.traffic("ep-1")).toEqual({ arrived: 5, finished: 5, held: 0, inFlight: 0 });
  expect(loads.outstanding("svc-1")).toBe(0);
  told(loads, 1, load(1, 0));
  expect(loads.traffic("ep-1")).toEqual({ arrived: 6, finished: 5, held: 0, inFlight: 1 });
});
