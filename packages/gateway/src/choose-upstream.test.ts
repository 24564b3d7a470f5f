import { expect, test } from "vitest";
import { chooseUpstream } from "./choose-upstream.ts";
import { starting, upstream } from "./gateway-rig.ts";
import type { ServiceUpstream } from "./ports.ts";

const ready = (serviceId: string): ServiceUpstream => upstream({ serviceId, url: `http://${serviceId}` });
const slow = (serviceId: string): ServiceUpstream => upstream({ serviceId, state: starting() });
const gone = (serviceId: string): ServiceUpstream =>
  upstream({ serviceId, state: { kind: "unavailable", reason: "ended" } });

test.each<[string, ServiceUpstream[], Record<string, number>, string | undefined, string]>([
  ["the first at a tie", [ready("a"), ready("b")], {}, undefined, "send a"],
  ["the one with fewer outstanding", [ready("a"), ready("b")], { a: 2, b: 1 }, undefined, "send b"],
  ["the ready one, however busy", [slow("a"), ready("b"), gone("c")], { b: 99 }, undefined, "send b"],
  ["another than the one that failed", [ready("a"), ready("b")], { b: 99 }, "a", "send b"],
  ["the one that failed when it is the only one", [ready("a"), slow("b")], {}, "a", "send a"],
  ["waiting when none is ready", [gone("a"), slow("b"), slow("c")], {}, undefined, "hold b,c"],
  ["refusing when none will be", [gone("a"), gone("b")], {}, undefined, "refuse"],
])("chooses %s", (_fact, upstreams, outstanding, except, expected) => {
  const choice = chooseUpstream(upstreams, (serviceId) => outstanding[serviceId] ?? 0, except);
  switch (choice.kind) {
    case "send":
      return expect(`send ${choice.upstream.serviceId}`).toBe(expected);
    case "hold":
      return expect(`hold ${choice.upstreams.map(({ serviceId }) => serviceId).join()}`).toBe(expected);
    case "refuse":
      expect(choice.error).toMatchObject({ code: "service_unavailable", details: { reason: "ended" } });
      return expect("refuse").toBe(expected);
  }
});
