import { BerthError } from "@berth/api";
import { promptOf, type Stage, type Wish } from "../prompts.ts";

export interface BudgetWish {
  readonly contextTokens: number;
  /** Longest answer of each call; a quarter of the context, and 1,024 at most, when absent. */
  readonly maxOutputTokens: number | undefined;
  /** Most tokens of text that a call reads; what the context holds when absent. */
  readonly partTokens: number | undefined;
  /** Whether the model's own tokenizer has counted. */
  readonly isExact: boolean;
}

export interface Budget {
  readonly maxOutputTokens: number;
  readonly text: { readonly [stage in Stage]: number };
}

/** For the marks of a chat template around one message. */
const templateTokens = 64;
/** Prompts and answers that nobody has counted: more characters make a token in every tokenizer we know. */
const charsPerToken = 3;
const defaultOutputTokens = 1_024;
/** How much of the room stays free: pieces have shares of what was counted, and other tokenizers count otherwise. */
const margins = { exact: 0.03, estimated: 0.2 };

/** A guess that is on the safe side, for texts that nobody has counted. */
export function guessTokens(text: string): number {
  return Math.ceil(text.length / charsPerToken);
}

/** How many tokens of text each call may hold. Throws BerthError `invalid_request` when there is no room. */
export function budgetOf(wish: Wish, asked: BudgetWish): Budget {
  const { contextTokens, isExact } = asked;
  const maxOutputTokens =
    asked.maxOutputTokens ?? Math.max(1, Math.min(defaultOutputTokens, Math.floor(contextTokens / 4)));
  const margin = isExact ? margins.exact : margins.estimated;
  const room = (stage: Stage): number => {
    const around = guessTokens(promptOf(wish, stage, "")) + templateTokens;
    return Math.floor((contextTokens - maxOutputTokens - around) * (1 - margin));
  };
  const text = {
    read: Math.min(room("read"), asked.partTokens ?? Number.POSITIVE_INFINITY),
    merge: room("merge"),
  };
  // two answers must fit into one call, or merging would never end
  if (text.read < 1 || text.merge < 2 * maxOutputTokens) {
    throw new BerthError(
      "invalid_request",
      `maxOutputTokens: answers of ${maxOutputTokens} tokens leave too little room in a context of ${contextTokens}; ask for shorter ones, or take a model with a longer context`,
      { param: "maxOutputTokens", details: { contextTokens, maxOutputTokens } },
    );
  }
  return { maxOutputTokens, text };
}
