import type { Usage } from "@berth/gateway";
import { genAiOperation, genAiProvider } from "./gen-ai-names.ts";
import type { SpanPlace } from "./trace-parent.ts";

type Value =
  | { stringValue: string }
  | { intValue: string }
  | { doubleValue: number }
  | { boolValue: boolean };

export interface Attribute {
  readonly key: string;
  readonly value: Value;
}

/** Of a name that the caller chose. */
const maxNameChars = 256;

/** A request as a span in OTLP's JSON form, with the attributes of the conventions for generative AI. No texts. */
export function usageSpan(usage: Usage, place: SpanPlace) {
  const operation = genAiOperation(usage.operation);
  const { tokens } = usage;
  const model = usage.model.slice(0, maxNameChars);
  return {
    ...place,
    name: `${operation} ${model}`,
    // SPAN_KIND_SERVER
    kind: 2,
    startTimeUnixNano: nanoseconds(usage.startedAtMs),
    endTimeUnixNano: nanoseconds(usage.startedAtMs + usage.durationMs),
    attributes: attributes({
      "gen_ai.operation.name": operation,
      "gen_ai.provider.name": genAiProvider(usage.provider),
      "gen_ai.request.model": model,
      "gen_ai.response.model": usage.upstreamModel,
      "gen_ai.usage.input_tokens": tokens.inputTokens,
      "gen_ai.usage.output_tokens": tokens.outputTokens,
      "gen_ai.usage.cache_read.input_tokens": tokens.cachedTokens,
      "gen_ai.usage.cache_creation.input_tokens": tokens.cacheWriteTokens,
      "http.response.status_code": usage.status,
      "error.type": usage.outcome === "ok" ? undefined : (usage.errorCode ?? usage.outcome),
      "berth.request.id": usage.requestId,
      "berth.key.id": usage.keyId,
      "berth.route": usage.route,
      "berth.service.id": usage.serviceId,
      "berth.stream": usage.stream,
      "berth.tries": usage.tries,
      "berth.cached": usage.cached,
      "berth.first_byte_ms": usage.firstByteMs,
      "berth.held_ms": usage.heldMs,
      "berth.overhead_ms": usage.overheadMs,
      "berth.cost_usd": usage.costUsd,
      "berth.gpu_seconds": usage.gpuSeconds,
    }),
    // STATUS_CODE_ERROR, or unset
    status: { code: usage.outcome === "error" ? 2 : 0 },
  };
}

export type UsageSpan = ReturnType<typeof usageSpan>;

export function attributes(
  given: Readonly<Record<string, string | number | boolean | undefined>>,
): readonly Attribute[] {
  return Object.entries(given).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: attributeValue(value) }],
  );
}

function attributeValue(value: string | number | boolean): Value {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

/** Milliseconds since 1970 as the nanoseconds that OTLP wants, which no number holds exactly. */
function nanoseconds(ms: number): string {
  return String(BigInt(Math.round(ms * 1000)) * 1000n);
}
