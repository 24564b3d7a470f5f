import { defaultQueueRules, defaultScaling, queueRulesSchema, scalingSchema } from "@berth/api";
import { expect, test } from "vitest";
import { queueForm, readQueue, readScaling, scalingForm } from "./scaling-form.ts";

test.each([
  defaultScaling,
  { ...defaultScaling, min: 2, max: 7, scaledownPeriodSeconds: 100, queueDelaySeconds: 2.5, concurrency: 4 },
  { ...defaultScaling, overflowSeconds: 30, rollout: "replace" as const },
])("a policy stays what it is: %o", (scaling) => {
  expect(readScaling(scalingForm(scaling))).toEqual({ value: scalingSchema.parse(scaling), problems: {} });
});

test.each([
  defaultQueueRules,
  { ...defaultQueueRules, ttlSeconds: 100, retentionSeconds: 1, retriesFailures: true, leaseSeconds: 5 },
])("rules stay what they are: %o", (queue) => {
  expect(readQueue(queueForm(queue))).toEqual({ value: queueRulesSchema.parse(queue), problems: {} });
});

test.each([
  [{ min: "" }, "scaling.min"],
  [{ max: "1.5" }, "scaling.max"],
  [{ min: "3", max: "2" }, "scaling.max"],
  [{ scaledownMinutes: "0" }, "scaling.scaledownPeriodSeconds"],
  [{ targetPendingRequests: "many" }, "scaling.targetPendingRequests"],
  [{ queueDelaySeconds: "0" }, "scaling.queueDelaySeconds"],
  [{ concurrency: "0" }, "scaling.concurrency"],
  [{ overflowSeconds: "0" }, "scaling.overflowSeconds"],
])("%o is told at its field", (part, param) => {
  const { problems } = readScaling({ ...scalingForm(defaultScaling), ...part });
  expect(Object.keys(problems)).toEqual([param]);
});

test("a lease shorter than the server takes is told at its field", () => {
  const { problems } = readQueue({ ...queueForm(defaultQueueRules), leaseSeconds: "2" });
  expect(problems).toEqual({ "queue.leaseSeconds": "give a whole number of at least 5" });
});
