import { createStore } from "../state/store.ts";
import { readStored, writeStored } from "../state/stored.ts";

/** How often each model's answer was called the best, by model. */
export type Votes = Readonly<Record<string, number>>;

/** Every vote given in this browser. */
export const votes = createStore<Votes>(readStored("compare-votes", readVotes));

export function setVotes(next: Votes): void {
  votes.set(next);
  writeStored("compare-votes", next);
}

/** The votes with one taken from a model and given to another, or only one of the two. */
export function withVote(now: Votes, taken: string | undefined, given: string | undefined): Votes {
  const next = { ...now };
  if (taken !== undefined) next[taken] = (next[taken] ?? 0) - 1;
  if (given !== undefined) next[given] = (next[given] ?? 0) + 1;
  return Object.fromEntries(Object.entries(next).filter(([, count]) => count > 0));
}

/** The most voted for first. */
export function ranking(now: Votes): readonly (readonly [model: string, count: number])[] {
  return Object.entries(now).toSorted(([a, many], [b, more]) => more - many || a.localeCompare(b));
}

/** Reads what this browser kept; what is no count is nothing. */
export function readVotes(value: unknown): Votes {
  return Object.fromEntries(
    Object.entries((value ?? {}) as Record<string, unknown>).filter(
      (entry): entry is [string, number] => Number.isSafeInteger(entry[1]) && Number(entry[1]) > 0,
    ),
  );
}
