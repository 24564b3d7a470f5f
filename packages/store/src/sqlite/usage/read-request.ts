import { type RequestDetails, type RequestRecord, requestRecordSchema } from "@berth/api";
import { decode } from "../decode.ts";
import type { DetailsRow, RequestRow } from "./usage-rows.ts";

export function readRequest(row: RequestRow): RequestRecord {
  return decode(requestRecordSchema, `request ${String(row["id"])}`, () => ({
    id: row["id"],
    startedAt: row["started_at"],
    keyId: row["key_id"],
    model: row["model"],
    route: row["route"],
    operation: row["operation"],
    serviceId: row["service_id"],
    provider: row["provider"],
    upstreamModel: row["upstream_model"],
    status: row["status"],
    outcome: row["outcome"],
    errorCode: row["error_code"],
    stream: row["stream"] === 1,
    inputTokens: row["input_tokens"],
    outputTokens: row["output_tokens"],
    cachedTokens: row["cached_tokens"],
    reasoningTokens: row["reasoning_tokens"],
    tokensFrom: row["tokens_from"],
    firstTokenMs: row["first_token_ms"],
    durationMs: row["duration_ms"],
    heldMs: row["held_ms"],
    overheadMs: row["overhead_ms"],
    tries: row["tries"],
    costUsd: row["cost_usd"],
    gpuSeconds: row["gpu_seconds"],
    cached: row["cached"] === 1,
    hasBodies: row["has_bodies"] === 1,
  }));
}

export function readDetails(row: DetailsRow): RequestDetails {
  return { ...readRequest(row), request: row.request, response: row.response };
}
