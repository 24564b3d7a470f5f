import type { BerthError } from "@berth/api";
import type { HeldPart } from "./held-part.ts";
import { count } from "./minute-window.ts";
import { budgetUnits, toParts, type Used } from "./need.ts";
import {
  dayAt,
  generationAt,
  inFlightAt,
  monthAt,
  requestLimitAt,
  requestWindowAt,
  reservedAt,
  secondAt,
  spentAt,
  tokenLimitAt,
  tokenWindowAt,
  windowSeconds,
} from "./slot-layout.ts";
import { findBudget } from "./refusal.ts";
import type { SpinLocks } from "./spin-lock.ts";

/** Whether a request may begin. */
export type Decision =
  | { readonly kind: "admitted"; readonly admission: Admission }
  /** `headers` are an admission's. */
  | { readonly kind: "refused"; readonly error: BerthError; readonly headers: readonly string[] };

/** A request that may begin. What it may need is reserved until it is settled. */
export interface Admission {
  /** `x-ratelimit-*` for its answer: name, value, name, value ...; empty for a key without such limits. */
  readonly headers: readonly string[];
  /**
   * Whether the budgets have room for so much, used so far. What goes beyond what was reserved is reserved too: nobody
   * can tell before how long a service will be busy.
   */
  covers(gpuSeconds: number): boolean;
  /** Puts what was used in place of what was reserved. Called exactly once, whatever became of the request. */
  settle(used: Used, nowMs: number): void;
}

/** For keys without limits. */
export const unlimited: Admission = { headers: [], covers: () => true, settle: () => {} };

export interface LimitSlot {
  readonly index: number;
  readonly numbers: Float64Array;
  /** What of it this thread has under way. */
  readonly held: HeldPart;
}

const tokensUnit = budgetUnits.indexOf("tokens");
const gpuUnit = budgetUnits.indexOf("gpu-seconds");

/** Made while the slot is locked. */
export class SlotAdmission implements Admission {
  readonly #locks: SpinLocks;
  readonly #slot: LimitSlot;
  readonly #needs: number[];
  readonly #generation: number;
  readonly #day: number;
  readonly #month: number;
  readonly #second: number;
  readonly #left: MinuteLeft;
  #settled = false;

  constructor(locks: SpinLocks, slot: LimitSlot, needs: readonly number[]) {
    const { numbers } = slot;
    this.#locks = locks;
    this.#slot = slot;
    this.#needs = [...needs];
    this.#generation = numbers[generationAt] ?? 0;
    this.#day = numbers[dayAt] ?? 0;
    this.#month = numbers[monthAt] ?? 0;
    this.#second = numbers[secondAt] ?? 0;
    numbers[inFlightAt] = (numbers[inFlightAt] ?? 0) + 1;
    for (let unit = 0; unit < budgetUnits.length; unit += 1)
      add(numbers, reservedAt + unit, needs[unit] ?? 0);
    slot.held.add(this.#generation, 1, needs);
    count(numbers, requestWindowAt, this.#second, 1);
    count(numbers, tokenWindowAt, this.#second, needs[tokensUnit] ?? 0);
    this.#left = minuteLeft(numbers);
  }

  get headers(): readonly string[] {
    return minuteHeaders(this.#left);
  }

  covers(gpuSeconds: number): boolean {
    const [, , parts = 0] = partsOf(0, 0, gpuSeconds);
    const more = parts - (this.#needs[gpuUnit] ?? 0);
    if (more <= 0 || this.#settled) return true;
    const { index, numbers } = this.#slot;
    this.#locks.lock(index);
    // nothing in between throws
    const isOurs = numbers[generationAt] === this.#generation;
    const hasRoom = !isOurs || findBudget(numbers, gpuUnit, more) === undefined;
    if (isOurs && hasRoom) {
      add(numbers, reservedAt + gpuUnit, more);
      this.#slot.held.add(this.#generation, 0, [0, 0, more]);
      this.#needs[gpuUnit] = parts;
    }
    this.#locks.unlock(index);
    return hasRoom;
  }

  settle(used: Used): void {
    if (this.#settled) throw new Error("a request was settled twice");
    this.#settled = true;
    const { index, numbers } = this.#slot;
    this.#locks.lock(index);
    // nothing in between throws
    if (numbers[generationAt] === this.#generation) this.#settle(numbers, used);
    this.#locks.unlock(index);
  }

  /** What was used belongs to the minute, the day and the month in which the request began. */
  #settle(numbers: Float64Array, used: Used): void {
    const parts = partsOf(used.costUsd, used.tokens, used.gpuSeconds);
    add(numbers, inFlightAt, -1);
    this.#slot.held.add(this.#generation, -1, this.#needs);
    for (let unit = 0; unit < budgetUnits.length; unit += 1) {
      const usedParts = parts[unit] ?? 0;
      add(numbers, reservedAt + unit, -(this.#needs[unit] ?? 0));
      if (numbers[dayAt] === this.#day) add(numbers, spentAt + unit, usedParts);
      if (numbers[monthAt] === this.#month) add(numbers, spentAt + budgetUnits.length + unit, usedParts);
    }
    count(numbers, tokenWindowAt, this.#second, (parts[tokensUnit] ?? 0) - (this.#needs[tokensUnit] ?? 0));
  }
}

/** More than anything real, and many of them together are still counted exactly. */
const mostParts = 2 ** 45;

/** In the order of `budgetUnits`. */
export function partsOf(usd: number, tokens: number, gpuSeconds: number): readonly number[] {
  return [
    Math.min(toParts("usd", usd), mostParts),
    Math.min(toParts("tokens", tokens), mostParts),
    Math.min(toParts("gpu-seconds", gpuSeconds), mostParts),
  ];
}

function add(numbers: Float64Array, at: number, amount: number): void {
  numbers[at] = (numbers[at] ?? 0) + amount;
}

/** Of a minute's limits, what is left now; `Infinity` where there is none. */
interface MinuteLeft {
  readonly requests: { readonly limit: number; readonly left: number };
  readonly tokens: { readonly limit: number; readonly left: number };
}

/** The slot is locked. */
export function minuteLeft(numbers: Float64Array): MinuteLeft {
  const [requests, tokens] = [numbers[requestLimitAt] ?? Infinity, numbers[tokenLimitAt] ?? Infinity];
  return {
    requests: { limit: requests, left: requests - (numbers[requestWindowAt] ?? 0) },
    tokens: { limit: tokens, left: tokens - (numbers[tokenWindowAt] ?? 0) },
  };
}

export function minuteHeaders({ requests, tokens }: MinuteLeft): readonly string[] {
  const headers: string[] = [];
  tell(headers, requestNames, requests);
  tell(headers, tokenNames, tokens);
  return headers;
}

const requestNames = namesOf("requests");
const tokenNames = namesOf("tokens");
/** When nothing of what is counted now is counted any more. */
const resetText = `${windowSeconds}s`;

/** Made once: each answer bears them. */
function namesOf(what: string) {
  return {
    limit: `x-ratelimit-limit-${what}`,
    left: `x-ratelimit-remaining-${what}`,
    reset: `x-ratelimit-reset-${what}`,
  };
}

function tell(
  headers: string[],
  names: ReturnType<typeof namesOf>,
  { limit, left }: MinuteLeft["requests"],
): void {
  if (limit === Infinity) return;
  headers.push(names.limit, String(limit), names.left, String(Math.max(0, left)), names.reset, resetText);
}
