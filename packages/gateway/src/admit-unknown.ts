import { BerthError } from "@berth/api";
import { takeDecision } from "./admit.ts";
import type { Exchange } from "./exchange.ts";
import type { LimitBook } from "./key-limits/limit-book.ts";
import type { Principal } from "./ports.ts";

/**
 * Lets a request begin whose meaning and price nobody here knows: it counts as one, its body as tokens. Throws as the
 * book does, and `forbidden` for a key whose money or GPU time is bounded: what it would use cannot be told.
 */
export function admitUnknown(
  exchange: Exchange,
  principal: Principal,
  book: LimitBook | undefined,
  maxBodyBytes: number,
): void {
  const { limits } = principal;
  if (limits.budgets?.some(({ unit }) => unit !== "tokens") === true)
    throw new BerthError(
      "forbidden",
      `this key has a budget, and what ${exchange.path} costs is not known here; use a key without one`,
      { param: "Authorization" },
    );
  if (book === undefined || Object.keys(limits).length === 0) return;
  const { headers } = exchange.request;
  const said =
    headers["transfer-encoding"] === undefined ? Number(headers["content-length"] ?? 0) : maxBodyBytes;
  const need = { tokensAtMost: Math.min(said, maxBodyBytes), costAtMostUsd: 0, gpuSecondsAtMost: 0 };
  takeDecision(exchange, book.admit(principal, need, exchange.startedAtMs));
}
