import { expect, test } from "vitest";
import { createMetrics } from "./metrics.ts";

const gauges = { servicesByStatus: () => new Map([["HEALTHY", 2]]), inFlight: () => 1 };

test("a cluster's scheduler calls are told as they are counted elsewhere, however often they are read", async () => {
  let count = 3;
  const metrics = createMetrics({ ...gauges, schedulerCalls: () => [{ profile: "della", count }] });
  await metrics.text();
  expect(await metrics.text()).toContain('berth_scheduler_calls_total{profile="della"} 3\n');
  count = 5;
  expect(await metrics.text()).toContain('berth_scheduler_calls_total{profile="della"} 5\n');
});

test("without a cluster there are none", async () => {
  const text = await createMetrics(gauges).text();
  expect(text).not.toMatch(/^berth_scheduler_calls_total/m);
  expect(text).toContain('berth_services{status="HEALTHY"} 2\n');
});
