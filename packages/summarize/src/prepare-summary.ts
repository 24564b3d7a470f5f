import type { Clock } from "@berth/std/clock";
import type { Atom } from "./documents/document.ts";
import type { ModelCalls } from "./model-calls.ts";
import { budgetOf } from "./plan/budget.ts";
import { pack } from "./plan/pack.ts";
import { partOf, piecesOf, type Part, type Piece } from "./plan/part.ts";
import { share, stretchesOf } from "./plan/scale-counts.ts";
import type { Stage, Wish } from "./prompts.ts";

export interface SummaryJob {
  readonly model: string;
  readonly wish: Wish;
  /** The documents; called once, when the model is known to be there. */
  readonly read: (signal: AbortSignal) => Promise<readonly Atom[]>;
  readonly parallel: number;
  readonly maxOutputTokens?: number | undefined;
  readonly partTokens?: number | undefined;
  /** Instead of what the server says. */
  readonly contextTokens?: number | undefined;
}

export interface SummaryWorld {
  readonly calls: ModelCalls;
  readonly clock: Clock;
  readonly random: () => number;
}

/** Everything that is known before the first chat. */
export interface PreparedSummary {
  readonly model: string;
  readonly wish: Wish;
  readonly parts: readonly Part[];
  readonly parallel: number;
  readonly maxOutputTokens: number;
  readonly budget: { readonly [stage in Stage]: number };
  readonly isExact: boolean;
}

/** What small models have; assumed where nobody tells. */
const usualContextTokens = 4_096;

/** Reads, counts and packs the documents. Throws what reading throws, and when there is no such model, or no room in its context; calls no chat. */
export async function prepareSummary(
  job: SummaryJob,
  { calls }: SummaryWorld,
  signal: AbortSignal,
): Promise<PreparedSummary> {
  const { model, wish, parallel } = job;
  const told = await calls.contextTokens(model, signal);
  const counted = await countPieces(job, piecesOf(await job.read(signal)), calls, signal);
  const { text, maxOutputTokens } = budgetOf(wish, {
    contextTokens: job.contextTokens ?? told ?? usualContextTokens,
    maxOutputTokens: job.maxOutputTokens,
    partTokens: job.partTokens,
    isExact: counted.isExact,
  });
  const parts = pack(counted.pieces, text.read).map(partOf);
  return { model, wish, parts, parallel, maxOutputTokens, budget: text, isExact: counted.isExact };
}

/** By the model's own tokenizer where it counts everything; otherwise as the reader has estimated. */
async function countPieces(
  { model, parallel }: SummaryJob,
  estimated: readonly Piece[],
  calls: ModelCalls,
  signal: AbortSignal,
): Promise<{ readonly pieces: readonly Piece[]; readonly isExact: boolean }> {
  const stretches = stretchesOf(estimated);
  const pieces: Piece[] = [];
  for (let at = 0; at < stretches.length; at += parallel) {
    const some = stretches.slice(at, at + parallel);
    const counts = await Promise.all(some.map(({ text }) => calls.countTokens(model, text, signal)));
    for (const [index, stretch] of some.entries()) {
      const counted = counts[index];
      if (counted === undefined) return { pieces: estimated, isExact: false };
      pieces.push(...share(stretch, counted));
    }
  }
  return { pieces, isExact: true };
}
