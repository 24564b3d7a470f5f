/** Where the limits and the state of one key lie among the numbers of its slot. */

const budgets = 6;
const units = 3;
/** The present second and the sixty before it. */
export const windowSeconds = 61;

/** Goes up whenever the slot is given to another key: what was admitted before is not settled on it. */
export const generationAt = 0;
/** Limits; `Infinity` where there is none. */
export const requestLimitAt = 1;
export const tokenLimitAt = 2;
export const parallelLimitAt = 3;
export const budgetAt = 4;
export const inFlightAt = budgetAt + budgets;
/** Per budget, whether it is bounded or not. */
export const spentAt = inFlightAt + 1;
/** Per unit. */
export const reservedAt = spentAt + budgets;
/** The UTC day and month that `spent` is of. */
export const dayAt = reservedAt + units;
export const monthAt = dayAt + 1;
/** The last second that the windows have seen. */
export const secondAt = monthAt + 1;
/** A sum, then one count a second. */
export const requestWindowAt = secondAt + 1;
export const tokenWindowAt = requestWindowAt + 1 + windowSeconds;

/** Numbers in a slot: whole cache lines of eight. */
export const slotNumbers = Math.ceil((tokenWindowAt + 1 + windowSeconds) / 8) * 8;
