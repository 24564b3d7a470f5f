import { randomBytes } from "node:crypto";

/** Where a span belongs. Ids are lower-case hex. */
export interface SpanPlace {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
}

/**
 * A place for a new span: under the caller's, when it sent a `traceparent` (W3C Trace Context), or in a trace of its
 * own. `undefined` when the caller says that its trace is not recorded.
 */
export function placeSpan(
  traceparent: string | undefined,
  newBytes: (count: number) => Buffer = randomBytes,
): SpanPlace | undefined {
  const spanId = newBytes(8).toString("hex");
  const [, traceId, parentSpanId, flags] =
    /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})(?:-|$)/.exec(
      traceparent ?? "",
    ) ?? [];
  if (traceId === undefined || flags === undefined)
    return { traceId: newBytes(16).toString("hex"), spanId, parentSpanId: undefined };
  return (Number.parseInt(flags, 16) & 1) === 0 ? undefined : { traceId, spanId, parentSpanId };
}
