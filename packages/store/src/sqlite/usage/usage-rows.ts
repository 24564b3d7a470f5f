import type { RequestRecord } from "@berth/api";
import { BerthError } from "@berth/api/error";
import type { RequestFilter } from "../../store.ts";

/** A row of `requests`, as it is read. */
export type RequestRow = Readonly<Record<string, unknown>>;

export type DetailsRow = RequestRow & { readonly request: string | null; readonly response: string | null };

export interface RowPage {
  readonly rows: readonly RequestRow[];
  readonly next: string | null;
}

type Stored = Omit<RequestRecord, "hasBodies">;

/** Each column of `requests` and what it holds. */
const columns: readonly (readonly [column: string, value: (record: Stored) => string | number | null])[] = [
  ["id", ({ id }) => id],
  ["ended_at", (record) => endedAt(record)],
  ["started_at", ({ startedAt }) => startedAt],
  ["key_id", ({ keyId }) => keyId],
  ["model", ({ model }) => model],
  ["route", ({ route }) => route],
  ["operation", ({ operation }) => operation],
  ["service_id", ({ serviceId }) => serviceId],
  ["provider", ({ provider }) => provider],
  ["upstream_model", ({ upstreamModel }) => upstreamModel],
  ["status", ({ status }) => status],
  ["outcome", ({ outcome }) => outcome],
  ["error_code", ({ errorCode }) => errorCode],
  ["stream", ({ stream }) => Number(stream)],
  ["input_tokens", ({ inputTokens }) => inputTokens],
  ["output_tokens", ({ outputTokens }) => outputTokens],
  ["cached_tokens", ({ cachedTokens }) => cachedTokens],
  ["reasoning_tokens", ({ reasoningTokens }) => reasoningTokens],
  ["tokens_from", ({ tokensFrom }) => tokensFrom],
  ["first_token_ms", ({ firstTokenMs }) => firstTokenMs],
  ["duration_ms", ({ durationMs }) => durationMs],
  ["held_ms", ({ heldMs }) => heldMs],
  ["overhead_ms", ({ overheadMs }) => overheadMs],
  ["tries", ({ tries }) => tries],
  ["cost_usd", ({ costUsd }) => costUsd],
  ["gpu_seconds", ({ gpuSeconds }) => gpuSeconds],
  ["cached", ({ cached }) => Number(cached)],
];

export const insertRequest = `insert into requests (${columns.map(([column]) => column).join(", ")})
  values (${columns.map(() => "?").join(", ")})`;

export function requestValues(record: Stored): readonly (string | number | null)[] {
  return columns.map(([, value]) => value(record));
}

export function endedAt({ startedAt, durationMs }: Pick<Stored, "startedAt" | "durationMs">): number {
  return Math.round(startedAt + durationMs);
}

/** A page's SQL, newest first, one row more than asked for. */
export function pageQuery(filter: RequestFilter): { readonly sql: string; readonly values: unknown[] } {
  const terms: (readonly [sql: string, ...values: unknown[]])[] = [];
  if (filter.keyId !== undefined) terms.push(["key_id = ?", filter.keyId]);
  if (filter.model !== undefined) terms.push(["model = ?", filter.model]);
  if (filter.provider !== undefined) terms.push(["provider = ?", filter.provider]);
  if (filter.route !== undefined) terms.push(["route = ?", filter.route]);
  // spelled out, so that the index over those that failed is found
  if (filter.outcome === "error") terms.push(["outcome = 'error'"]);
  else if (filter.outcome !== undefined) terms.push(["outcome = ?", filter.outcome]);
  if (filter.fromMs !== undefined) terms.push(["ended_at >= ?", filter.fromMs]);
  if (filter.toMs !== undefined) terms.push(["ended_at < ?", filter.toMs]);
  if (filter.cursor !== undefined) terms.push(["(ended_at, seq) < (?, ?)", ...readCursor(filter.cursor)]);
  const where = terms.length === 0 ? "" : `where ${terms.map(([sql]) => sql).join(" and ")}`;
  return {
    sql: `select *, exists (select 1 from request_bodies where seq = requests.seq) as has_bodies
      from requests ${where} order by ended_at desc, seq desc limit ?`,
    values: [...terms.flatMap(([, ...values]) => values), filter.limit + 1],
  };
}

export function cursorOf(row: RequestRow): string {
  return `${String(row["ended_at"])}-${String(row["seq"])}`;
}

function readCursor(cursor: string): readonly [number, number] {
  const [, endedAtText, seq] = /^(\d{1,15})-(\d{1,15})$/.exec(cursor) ?? [];
  if (endedAtText === undefined || seq === undefined)
    throw new BerthError("invalid_request", "cursor: give `next` of the page before, as it was", {
      param: "cursor",
    });
  return [Number(endedAtText), Number(seq)];
}
