import { BerthError } from "@berth/api";
import { periodEndMs } from "./budget-period.ts";
import { roomAtMs } from "./minute-window.ts";
import { type BudgetKind, budgetKinds, budgetUnits, fromParts } from "./need.ts";
import {
  budgetAt,
  inFlightAt,
  parallelLimitAt,
  requestLimitAt,
  requestWindowAt,
  reservedAt,
  spentAt,
  tokenLimitAt,
  tokenWindowAt,
} from "./slot-layout.ts";

/** Why a request may not begin. Amounts are in parts of their units. */
export type Refusal =
  | {
      readonly kind: "budget";
      readonly budget: BudgetKind;
      readonly amount: number;
      readonly spent: number;
      readonly reserved: number;
      readonly need: number;
    }
  | { readonly kind: "parallel"; readonly limit: number }
  | {
      readonly kind: "requests" | "tokens";
      readonly limit: number;
      readonly need: number;
      readonly roomAtMs: number | undefined;
    };

/** Looks at one slot, in which nothing may change meanwhile. `needs` are parts, one for each of `budgetUnits`. */
export function findRefusal(slot: Float64Array, needs: readonly number[]): Refusal | undefined {
  for (let unit = 0; unit < budgetUnits.length; unit += 1) {
    const refusal = findBudget(slot, unit, needs[unit] ?? 0);
    if (refusal !== undefined) return refusal;
  }
  const parallel = slot[parallelLimitAt] ?? Infinity;
  if ((slot[inFlightAt] ?? 0) >= parallel) return { kind: "parallel", limit: parallel };
  const requests = slot[requestLimitAt] ?? Infinity;
  if ((slot[requestWindowAt] ?? 0) + 1 > requests)
    return {
      kind: "requests",
      limit: requests,
      need: 1,
      roomAtMs: roomAtMs(slot, requestWindowAt, 1, requests),
    };
  const tokens = slot[tokenLimitAt] ?? Infinity;
  const need = needs[budgetUnits.indexOf("tokens")] ?? 0;
  if ((slot[tokenWindowAt] ?? 0) + need > tokens)
    return { kind: "tokens", limit: tokens, need, roomAtMs: roomAtMs(slot, tokenWindowAt, need, tokens) };
  return undefined;
}

/** The budget of that unit that has no room for so many parts more; `undefined` when each has. */
export function findBudget(slot: Float64Array, unit: number, need: number): Refusal | undefined {
  // what needs nothing of it, as a service without a price, may go on
  if (need <= 0) return undefined;
  for (let index = unit; index < budgetKinds.length; index += budgetUnits.length) {
    const amount = slot[budgetAt + index] ?? Infinity;
    const spent = slot[spentAt + index] ?? 0;
    const reserved = slot[reservedAt + unit] ?? 0;
    const budget = budgetKinds[index];
    if (budget !== undefined && spent + reserved + need > amount)
      return { kind: "budget", budget, amount, spent, reserved, need };
  }
  return undefined;
}

/** As the caller is told; `details.retryAfterSeconds` is absent where waiting does not help. */
export function refusalError(refusal: Refusal, nowMs: number): BerthError {
  switch (refusal.kind) {
    case "budget":
      return budgetError(refusal, nowMs);
    case "parallel":
      return new BerthError(
        "rate_limited",
        `this key may have ${refusal.limit} requests under way at once: wait until one has ended`,
        { details: { limit: "parallel", retryAfterSeconds: 1 } },
      );
    case "requests":
    case "tokens": {
      const { kind, limit, need } = refusal;
      const allowed = `this key has ${limit} ${kind} a minute`;
      if (refusal.roomAtMs === undefined)
        return new BerthError(
          "rate_limited",
          `${allowed}, and this request may need ${need}: give a lower max_tokens, or a shorter input`,
          { param: "max_tokens", details: { limit: kind } },
        );
      const retryAfterSeconds = secondsUntil(refusal.roomAtMs, nowMs);
      return new BerthError("rate_limited", `${allowed}: try again in ${retryAfterSeconds} s`, {
        details: { limit: kind, retryAfterSeconds },
      });
    }
  }
}

function budgetError(refusal: Refusal & { readonly kind: "budget" }, nowMs: number): BerthError {
  const { budget, amount, spent, reserved, need } = refusal;
  const { period, unit } = budget;
  const say = (parts: number): string => `${fromParts(unit, parts)} ${unit}`;
  const limit = `${unit}/${period}`;
  const endMs = periodEndMs(period, nowMs);
  const facts = `${say(spent)} spent, ${say(reserved)} reserved for requests under way`;
  const what = `this key's budget is ${say(amount)} a ${period} (${facts}), and this request may need ${say(need)}`;
  if (need > amount)
    return new BerthError("budget_exceeded", `${what}: give a lower max_tokens, or the key a larger budget`, {
      param: "max_tokens",
      details: { limit },
    });
  // what is reserved is for the most part given back
  const roomMs = spent + need <= amount ? nowMs + 1000 : endMs;
  const advice =
    roomMs === endMs
      ? `it begins anew at ${new Date(endMs).toISOString()}`
      : "try again when one of them has ended";
  return new BerthError("budget_exceeded", `${what}: ${advice}`, {
    details: { limit, retryAfterSeconds: secondsUntil(roomMs, nowMs) },
  });
}

function secondsUntil(atMs: number, nowMs: number): number {
  return Math.max(1, Math.ceil((atMs - nowMs) / 1000));
}
