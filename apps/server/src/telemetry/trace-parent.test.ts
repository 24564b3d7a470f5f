import { expect, test } from "vitest";
import { placeSpan } from "./trace-parent.ts";

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const parent = "00f067aa0ba902b7";
const bytes = (count: number): Buffer => Buffer.alloc(count, 0xab);
const own = { traceId: "ab".repeat(16), spanId: "ab".repeat(8), parentSpanId: undefined };
const under = { traceId, spanId: "ab".repeat(8), parentSpanId: parent };

test.each([
  ["nothing", undefined, own],
  ["a recorded trace", `00-${traceId}-${parent}-01`, under],
  ["a trace that is not recorded", `00-${traceId}-${parent}-00`, undefined],
  ["a later version with more in it", `01-${traceId}-${parent}-03-more`, under],
  ["a version there cannot be", `ff-${traceId}-${parent}-01`, own],
  ["no trace", `00-${"0".repeat(32)}-${parent}-01`, own],
  ["no parent", `00-${traceId}-${"0".repeat(16)}-01`, own],
  ["capitals", `00-${traceId.toUpperCase()}-${parent}-01`, own],
  ["words", "first, second", own],
])("a caller that sends %s", (_what, traceparent, place) => {
  expect(placeSpan(traceparent, bytes)).toEqual(place);
});
