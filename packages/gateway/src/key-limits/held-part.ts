import { budgetUnits } from "./need.ts";
import { generationAt, inFlightAt, reservedAt } from "./slot-layout.ts";

const requestsAt = 1;
const partsAt = 2;

/** Numbers that tell what one thread has under way of one slot: of which generation, how many requests, what they reserve. */
export const heldNumbers = partsAt + budgetUnits.length;

/** What one thread has under way of one slot, told apart so that it can be given back when the thread dies. */
export class HeldPart {
  readonly #numbers: Float64Array;

  constructor(numbers: Float64Array) {
    this.#numbers = numbers;
  }

  /** A request that begins, or reserves more (0), or ends, and what it reserves. Called while the slot is locked. */
  add(generation: number, requests: 1 | 0 | -1, needs: readonly number[]): void {
    const sign = requests === -1 ? -1 : 1;
    const held = this.#numbers;
    // what is left of another key's is nobody's any more
    if (held[0] !== generation) held.fill(0);
    held[0] = generation;
    held[requestsAt] = (held[requestsAt] ?? 0) + requests;
    for (let unit = 0; unit < budgetUnits.length; unit += 1)
      held[partsAt + unit] = (held[partsAt + unit] ?? 0) + sign * (needs[unit] ?? 0);
  }

  /** Takes all of it out of the slot, which is locked. */
  giveBack(slot: Float64Array): void {
    const held = this.#numbers;
    if (held[0] === slot[generationAt]) {
      slot[inFlightAt] = (slot[inFlightAt] ?? 0) - (held[requestsAt] ?? 0);
      for (let unit = 0; unit < budgetUnits.length; unit += 1)
        slot[reservedAt + unit] = (slot[reservedAt + unit] ?? 0) - (held[partsAt + unit] ?? 0);
    }
    held.fill(0);
  }
}
