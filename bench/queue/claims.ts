import { median } from "../figures.ts";
import type { Contestant } from "./contestant.ts";

export const few = 2_000;
export const many = 1_000_000;

const turns = 10;
const claimsATurn = 100;

/** The medians: a claim now and then waits for the journal. */
export interface ClaimTimes {
  readonly fewMicroseconds: number;
  readonly manyMicroseconds: number;
  /** Among many, none of which it has the time for. */
  readonly nothingMicroseconds: number | undefined;
}

/** Claims of one job among few queued and among many, in turns. */
export async function claimTimes(contestant: Contestant): Promise<ClaimTimes> {
  await using small = await contestant.open();
  await using large = await contestant.open();
  await small.fill(few);
  await large.fill(many);
  const claimNothing = large.claimNothing?.bind(large);
  const took = { small: [] as number[], large: [] as number[], nothing: [] as number[] };
  for (let turn = 0; turn <= turns; turn += 1) {
    const ofSmall = await claimMicroseconds(() => small.claim());
    const ofLarge = await claimMicroseconds(() => large.claim());
    const ofNothing = claimNothing === undefined ? [] : await claimMicroseconds(claimNothing);
    // the first turn warms up
    if (turn === 0) continue;
    took.small.push(...ofSmall);
    took.large.push(...ofLarge);
    took.nothing.push(...ofNothing);
  }
  return {
    fewMicroseconds: median(took.small),
    manyMicroseconds: median(took.large),
    nothingMicroseconds: claimNothing && median(took.nothing),
  };
}

async function claimMicroseconds(claim: () => Promise<void>): Promise<readonly number[]> {
  const took: number[] = [];
  for (let count = 0; count < claimsATurn; count += 1) {
    const began = performance.now();
    await claim();
    took.push((performance.now() - began) * 1000);
  }
  return took;
}
