import type { Key, RequestRecord } from "@berth/api";
import { shortId } from "../services/columns.ts";
import { briefTime, relativeTime } from "../terminal/relative-time.ts";
import type { Paint, Style } from "../terminal/style.ts";
import type { Column } from "../terminal/table.ts";
import { money, shortCount, timeSpan } from "./figures.ts";

export function endedAt({ startedAt, durationMs }: RequestRecord): number {
  return Math.round(startedAt + durationMs);
}

/** By a key's id what people know it by; of one that is gone, its id. */
export function keyNames(keys: readonly Key[]): (id: string) => string {
  const names = new Map(keys.map(({ id, name }) => [id, name]));
  return (id) => names.get(id) ?? shortId(id);
}

export function requestColumns(
  style: Style,
  nowMs: number,
  nameOf: (keyId: string) => string,
): readonly Column<RequestRecord>[] {
  return [
    {
      title: "ENDED",
      cell: (record) => relativeTime(endedAt(record), nowMs),
      brief: (record) => briefTime(endedAt(record), nowMs),
    },
    { title: "STATUS", cell: statusText, paint: (record) => statusPaint(record, style) },
    { title: "KEY", cell: ({ keyId }) => nameOf(keyId), shrinkTo: 6 },
    { title: "MODEL", cell: ({ model }) => model, shrinkTo: 10 },
    { title: "ANSWERED BY", cell: answeredBy, shrinkTo: 8, expendable: 3 },
    { title: "TOKENS", cell: tokensText },
    { title: "COST", cell: ({ costUsd }) => money(costUsd), expendable: 2 },
    { title: "FIRST TOKEN", cell: ({ firstTokenMs }) => timeSpan(firstTokenMs), expendable: 1 },
    { title: "DURATION", cell: ({ durationMs }) => timeSpan(durationMs) },
    { title: "REQUEST ID", cell: ({ id }) => id, shrinkTo: 12 },
  ];
}

/** A request on a line of its own, as they come. */
export function requestLine(record: RequestRecord, nameOf: (keyId: string) => string): string {
  const time = new Date(endedAt(record)).toISOString().slice(11, 19);
  const parts = [statusText(record), nameOf(record.keyId), record.model, tokensText(record)];
  return [time, ...parts, money(record.costUsd), timeSpan(record.durationMs), record.id].join("  ");
}

export function answeredBy({ provider, serviceId, cached }: RequestRecord): string {
  if (cached) return "cache";
  return provider ?? (serviceId === null ? "-" : shortId(serviceId));
}

export function statusText({ status, outcome, errorCode }: RequestRecord): string {
  if (outcome === "client_closed") return "left";
  return errorCode === null ? String(status) : `${status} ${errorCode}`;
}

export function tokensText({ inputTokens, outputTokens, tokensFrom }: RequestRecord): string {
  if (tokensFrom === "none") return "-";
  const text = `${shortCount(inputTokens ?? 0)} > ${shortCount(outputTokens ?? 0)}`;
  return tokensFrom === "estimate" ? `~${text}` : text;
}

function statusPaint({ outcome }: RequestRecord, style: Style): Paint {
  switch (outcome) {
    case "ok":
      return style.green;
    case "client_closed":
      return style.yellow;
    case "error":
      return style.red;
  }
}
