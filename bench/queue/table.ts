import { grouped, median } from "../figures.ts";
import { few, many, type ClaimTimes } from "./claims.ts";
import type { Taken } from "./measure.ts";

/** A contestant's figures: medians of its rounds. */
export interface Result {
  readonly name: string;
  readonly acknowledged: string;
  readonly submits: number;
  readonly roundTrips: number;
  readonly pickUpMs: number;
  readonly claim: ClaimTimes;
}

export function resultOf(
  { name, acknowledged }: Pick<Result, "name" | "acknowledged">,
  taken: Taken,
  claim: ClaimTimes,
): Result {
  return {
    name,
    acknowledged,
    submits: median(taken.submits),
    roundTrips: median(taken.roundTrips),
    pickUpMs: median(taken.pickUpMs),
    claim,
  };
}

export const tableHead = [
  "",
  "submits/s",
  "of Berth's",
  "round trips/s",
  "of Berth's",
  "picked up, ms",
  `claim of ${grouped(few)}, us`,
  `of ${grouped(many)}, us`,
  "times as long",
  "when acknowledged, a job is",
];

export function tableRow(result: Result, own: Result): readonly string[] {
  const { name, submits, roundTrips, pickUpMs, claim, acknowledged } = result;
  return [
    name,
    grouped(submits),
    (submits / own.submits).toFixed(2),
    grouped(roundTrips),
    (roundTrips / own.roundTrips).toFixed(2),
    pickUpMs.toFixed(2),
    grouped(claim.fewMicroseconds),
    grouped(claim.manyMicroseconds),
    timesAsLong(claim).toFixed(2),
    acknowledged,
  ];
}

export function timesAsLong({ fewMicroseconds, manyMicroseconds }: ClaimTimes): number {
  return manyMicroseconds / fewMicroseconds;
}
