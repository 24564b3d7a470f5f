import { BerthError, type BudgetState, type KeyLimits } from "@berth/api";
import type { Principal } from "../ports.ts";
import {
  type Decision,
  type LimitSlot,
  minuteHeaders,
  minuteLeft,
  partsOf,
  SlotAdmission,
  unlimited,
} from "./admission.ts";
import { enterPeriod, periodEndMs } from "./budget-period.ts";
import { heldNumbers, HeldPart } from "./held-part.ts";
import { advance } from "./minute-window.ts";
import { type BudgetKind, budgetKinds, budgetUnits, fromParts, type Need, toParts } from "./need.ts";
import { findRefusal, refusalError } from "./refusal.ts";
import {
  budgetAt,
  dayAt,
  generationAt,
  inFlightAt,
  parallelLimitAt,
  requestLimitAt,
  requestWindowAt,
  reservedAt,
  slotNumbers,
  spentAt,
  tokenLimitAt,
  tokenWindowAt,
} from "./slot-layout.ts";
import { SpinLocks } from "./spin-lock.ts";

const windows = [requestWindowAt, tokenWindowAt];
const defaultSlots = 4096;

/** What threads share. */
export interface BookMemory {
  readonly slots: SharedArrayBuffer;
  /** What each thread has under way. */
  readonly held: SharedArrayBuffer;
}

/**
 * The limits of keys, and what of them is used. All of it lies in memory that threads share: each opens a book over the
 * same memory, and limits hold for all of them together. One thread, which made the memory, gives keys their slots;
 * the others are told the slots. Times are milliseconds since 1970.
 */
export class LimitBook {
  readonly memory: BookMemory;
  readonly #thread: number;
  readonly #locks: SpinLocks;
  readonly #numbers: Float64Array;
  readonly #slots = new Map<string, LimitSlot>();
  /** Slots given back; and the first that was never given out. */
  readonly #free: number[] = [];
  #unused = 0;

  /** `thread`: from 0 on, each its own. */
  constructor(memory: BookMemory = makeBookMemory(1), thread = 0) {
    this.memory = memory;
    this.#thread = thread;
    const slots = slotsIn(memory);
    this.#numbers = new Float64Array(memory.slots, 0, slots * slotNumbers);
    this.#locks = new SpinLocks(new Int32Array(memory.slots, this.#numbers.byteLength, slots), thread);
  }

  /**
   * Sets the limits of a key from now on; what is used stays. Returns its slot, for the books of other threads; only
   * the one thread calls this. Throws `unprocessable` when no slot is left.
   */
  setLimits(keyId: string, limits: KeyLimits, nowMs: number): number {
    const known = this.#slots.get(keyId);
    const slot = known ?? this.#open(keyId, this.#free.pop() ?? this.#unusedSlot());
    this.#locks.lock(slot.index);
    if (known === undefined) clear(slot.numbers, nowMs);
    writeLimits(slot.numbers, limits);
    this.#locks.unlock(slot.index);
    return slot.index;
  }

  /** The key has no limits any more. Its slot may be given to another key: tell the books of other threads first. */
  remove(keyId: string): void {
    const slot = this.#slots.get(keyId);
    if (slot === undefined) return;
    this.#slots.delete(keyId);
    this.#locks.lock(slot.index);
    slot.numbers[generationAt] = (slot.numbers[generationAt] ?? 0) + 1;
    this.#locks.unlock(slot.index);
    this.#free.push(slot.index);
  }

  /** In a book of another thread: where the key's slot is, or that it has none. */
  know(keyId: string, slot: number | undefined): void {
    if (slot === undefined) this.#slots.delete(keyId);
    else this.#open(keyId, slot);
  }

  /** What a thread that has died had under way is so no more; what of it was used, nobody knows. */
  giveBack(thread: number): void {
    this.#locks.free(thread);
    for (let index = 0; index < this.#unused; index += 1) {
      this.#locks.lock(index);
      this.#held(thread, index).giveBack(this.#numbersOf(index));
      this.#locks.unlock(index);
    }
  }

  /** What the ledger knows to be spent in the present day or month. Passes over a key without limits. */
  setSpent(keyId: string, budget: BudgetKind, amount: number): void {
    const slot = this.#slots.get(keyId);
    if (slot === undefined) return;
    this.#locks.lock(slot.index);
    slot.numbers[spentAt + indexOf(budget)] = toParts(budget.unit, amount);
    this.#locks.unlock(slot.index);
  }

  /** How the budgets of a key stand; none for a key without limits. */
  budgets(keyId: string, nowMs: number): BudgetState[] {
    const slot = this.#slots.get(keyId);
    if (slot === undefined) return [];
    const { index, numbers } = slot;
    this.#locks.lock(index);
    enterPeriod(numbers, nowMs);
    const copy = numbers.slice(0, dayAt);
    this.#locks.unlock(index);
    return budgetKinds.flatMap(({ period, unit }, kind) => {
      const amount = copy[budgetAt + kind] ?? Infinity;
      if (amount === Infinity) return [];
      return [
        {
          period,
          unit,
          amount: fromParts(unit, amount),
          spent: fromParts(unit, copy[spentAt + kind] ?? 0),
          reserved: fromParts(unit, copy[reservedAt + (kind % budgetUnits.length)] ?? 0),
          resetsAt: periodEndMs(period, nowMs),
        },
      ];
    });
  }

  /** Reserves what the request may need; refused, with `rate_limited` or `budget_exceeded`, it has reserved nothing. */
  admit(principal: Principal, need: Need, nowMs: number): Decision {
    const slot = this.#slots.get(principal.keyId);
    if (slot === undefined) return { kind: "admitted", admission: unlimited };
    const needs = partsOf(need.costAtMostUsd, need.tokensAtMost, need.gpuSecondsAtMost);
    const { index, numbers } = slot;
    this.#locks.lock(index);
    // nothing until the lock is let go throws
    advance(numbers, windows, nowMs);
    enterPeriod(numbers, nowMs);
    const refusal = findRefusal(numbers, needs);
    if (refusal === undefined) {
      const admission = new SlotAdmission(this.#locks, slot, needs);
      this.#locks.unlock(index);
      return { kind: "admitted", admission };
    }
    const left = minuteLeft(numbers);
    this.#locks.unlock(index);
    return { kind: "refused", error: refusalError(refusal, nowMs), headers: minuteHeaders(left) };
  }

  #open(keyId: string, index: number): LimitSlot {
    const slot = { index, numbers: this.#numbersOf(index), held: this.#held(this.#thread, index) };
    this.#slots.set(keyId, slot);
    return slot;
  }

  #numbersOf(index: number): Float64Array {
    return this.#numbers.subarray(index * slotNumbers, (index + 1) * slotNumbers);
  }

  #held(thread: number, index: number): HeldPart {
    const at = (thread * slotsIn(this.memory) + index) * heldNumbers;
    return new HeldPart(new Float64Array(this.memory.held, at * Float64Array.BYTES_PER_ELEMENT, heldNumbers));
  }

  #unusedSlot(): number {
    if (this.#unused === slotsIn(this.memory))
      throw new BerthError("unprocessable", `${this.#unused} keys with limits are the most there can be`, {
        param: "limits",
      });
    this.#unused += 1;
    return this.#unused - 1;
  }
}

/** Memory for books of so many threads, and so many keys with limits; what no key uses costs only addresses. */
export function makeBookMemory(threads: number, slots = defaultSlots): BookMemory {
  return {
    slots: new SharedArrayBuffer(slots * bytesPerSlot),
    held: new SharedArrayBuffer(threads * slots * heldNumbers * Float64Array.BYTES_PER_ELEMENT),
  };
}

const bytesPerSlot = slotNumbers * Float64Array.BYTES_PER_ELEMENT + Int32Array.BYTES_PER_ELEMENT;

function slotsIn({ slots }: BookMemory): number {
  return Math.floor(slots.byteLength / bytesPerSlot);
}

/** For another key: nothing is under way, reserved or spent. */
function clear(numbers: Float64Array, nowMs: number): void {
  numbers.fill(0, generationAt + 1);
  enterPeriod(numbers, nowMs);
}

/** Of several budgets of one kind the smallest counts. */
function writeLimits(numbers: Float64Array, limits: KeyLimits): void {
  numbers[requestLimitAt] = limits.requestsPerMinute ?? Infinity;
  numbers[tokenLimitAt] = limits.tokensPerMinute ?? Infinity;
  numbers[parallelLimitAt] = limits.parallel ?? Infinity;
  numbers.fill(Infinity, budgetAt, inFlightAt);
  for (const budget of limits.budgets ?? []) {
    const at = budgetAt + indexOf(budget);
    numbers[at] = Math.min(numbers[at] ?? Infinity, toParts(budget.unit, budget.amount));
  }
}

function indexOf({ period, unit }: BudgetKind): number {
  return budgetKinds.findIndex((kind) => kind.period === period && kind.unit === unit);
}
