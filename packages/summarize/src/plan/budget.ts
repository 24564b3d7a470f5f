import { BerthError } from "@berth/api";
import { promptOf, type Stage, type Wish } from "../prompts.ts";

export interface BudgetWish {
  readonly contextTokens: number;
  /** Longest answer of each call; when absent a quarter of the context, 1,024 at most, or what can be merged. */
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
const leastOutputTokens = 16;
/** How much of the room stays free: pieces have shares of what was counted, and other tokenizers count otherwise. */
const margins = { exact: 0.03, estimated: 0.2 };

/** A guess that is on the safe side, for texts that nobody has counted. */
export function guessTokens(text: string): number {
  return Math.ceil(text.length / charsPerToken);
}

/** How many tokens of text each call may hold. Throws BerthError `invalid_request` when there is no room. */
export function budgetOf(wish: Wish, asked: BudgetWish): Budget {
  const { contextTokens } = asked;
  const used = 1 - (asked.isExact ? margins.exact : margins.estimated);
  const free = (stage: Stage): number =>
    contextTokens - guessTokens(promptOf(wish, stage, "")) - templateTokens;
  // two answers must fit into one call, or merging would never end
  const longest = Math.floor((free("merge") * used) / (2 + used));
  const maxOutputTokens =
    asked.maxOutputTokens ?? Math.min(defaultOutputTokens, Math.floor(contextTokens / 4), longest);
  if (longest < leastOutputTokens)
    throw new BerthError(
      "invalid_request",
      `model: a context of ${contextTokens} tokens is too short to summarise with; take a model with a longer one`,
      { param: "model", details: { contextTokens } },
    );
  if (maxOutputTokens > longest)
    throw new BerthError(
      "invalid_request",
      `maxOutputTokens: in a context of ${contextTokens} tokens answers may have ${longest} at most, so that two can be merged`,
      { param: "maxOutputTokens", details: { contextTokens, longest } },
    );
  const room = (stage: Stage): number => Math.floor((free(stage) - maxOutputTokens) * used);
  const read = Math.min(room("read"), asked.partTokens ?? Number.POSITIVE_INFINITY);
  return { maxOutputTokens, text: { read, merge: room("merge") } };
}
