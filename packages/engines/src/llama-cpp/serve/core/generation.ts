import type { Clock } from "@berth/std/clock";
import { StopStrings } from "@berth/std/stop-strings";
import { evaluateWithLogprobs, type LikelyToken } from "./logprobs.ts";
import type { EvaluateOptions, LlamaSequence, Token } from "./llama-module.ts";
import { Walker, type Lockstep } from "./lockstep.ts";
import type { PromptPace } from "./prompt-pace.ts";
import type { Sampling } from "./sampling.ts";
import { TextStream, type TokenText } from "./token-text.ts";

/** A token of an answer, as `logprobs` tells it. */
export interface TokenReport extends LikelyToken {
  /** Where the token's text begins in the answer, in UTF-16 units. */
  readonly offset: number;
}

/**
 * Takes a piece of an answer: whole characters only. `"stop"` ends the answer here; a promise holds it back until it
 * settles, for a reader who is slower than the model.
 */
export type OnText = (text: string, tokens: readonly TokenReport[]) => void | "stop" | Promise<void>;

/** All that one answer needs, decided before a sequence is taken. */
export interface GenerationInput {
  readonly prompt: readonly Token[];
  readonly maxTokens: number;
  readonly sampling: Sampling;
  readonly options: EvaluateOptions;
  readonly stop: readonly string[];
  /** How many rivals to tell of with each token; `undefined`: no log-probabilities at all. */
  readonly topLogprobs: number | undefined;
}

export interface GenerationResult {
  /** `length`: it reached its limit or the end of the context. */
  readonly finishReason: "stop" | "length";
  readonly promptTokens: number;
  /** Prompt tokens that an earlier answer had left evaluated. */
  readonly cachedTokens: number;
  readonly completionTokens: number;
}

export interface GenerationMeans {
  readonly tokenText: TokenText;
  readonly isEnd: (token: Token) => boolean;
  readonly pace: PromptPace;
  readonly clock: Clock;
  readonly lockstep: Lockstep;
  readonly generated: Token[];
}

type Step = { readonly token: Token } | LikelyToken;

/** How an answer leaves its sequence. */
export interface Leaving {
  /** A token that is still on its way, though nobody waits for it any more: the sequence is not free before. */
  readonly overrun: Promise<unknown> | undefined;
  /** The model failed: what the sequence holds is not to be trusted. */
  readonly failed: boolean;
}

/**
 * Generates one answer on a sequence that is the caller's alone, and calls `leave` once, when it needs it no more.
 * Rejects with the signal's reason, or with what went wrong in the model.
 */
export async function generate(
  sequence: LlamaSequence,
  input: GenerationInput,
  means: GenerationMeans,
  onText: OnText,
  signal: AbortSignal,
  leave: (leaving: Leaving) => Promise<void>,
): Promise<GenerationResult> {
  const walker = new Walker(means.lockstep);
  let steps: AsyncGenerator<Step, void, void> | undefined;
  let isUnderWay = false;
  let failed = false;
  try {
    const { cachedTokens, rest } = await readPrompt(sequence, input.prompt, means, signal);
    steps = stepsOf(sequence, rest, input);
    const emitter = new Emitter(input, means.tokenText, onText);
    let count = 0;
    const done = (finishReason: "stop" | "length"): GenerationResult => ({
      finishReason,
      promptTokens: input.prompt.length,
      cachedTokens,
      completionTokens: count,
    });

    const source = steps;
    let coming = source.next();
    const goOn = (): void => {
      if (count >= input.maxTokens) return;
      coming = source.next();
      coming.catch(() => {}); // told when it is waited for; an answer that ends here does not wait
      isUnderWay = true;
    };
    for (;;) {
      const step = await coming;
      isUnderWay = false;
      signal.throwIfAborted();
      if (step.done === true) throw new Error("the model stopped without an end");
      const { token } = step.value;
      if (means.isEnd(token)) {
        walker.leave();
        await emitter.end();
        return done("stop");
      }
      count++;
      means.generated.push(token);
      walker.join();
      // the model works on the next token while this one is told
      const turn = walker.ready();
      if (turn === undefined) goOn();
      const told = emitter.push(token, "top" in step.value ? step.value : undefined);
      if (told === "stop") return done("stop");
      if (turn !== undefined) {
        await turn;
        signal.throwIfAborted();
        goOn();
      }
      if (told !== undefined) await walker.without(told);
      if (count >= input.maxTokens) {
        walker.leave();
        await emitter.end();
        return done("length");
      }
    }
  } catch (error) {
    failed = !signal.aborted;
    throw error;
  } finally {
    walker.leave();
    // returning waits for a step that is under way
    const closed = steps?.return().catch(() => {});
    await leave({ overrun: isUnderWay ? closed : undefined, failed });
  }
}

/** Reads all of the prompt but its last piece, which starts the answer. Notices an abort between pieces. */
async function readPrompt(
  sequence: LlamaSequence,
  prompt: readonly Token[],
  { pace, clock }: GenerationMeans,
  signal: AbortSignal,
): Promise<{ readonly cachedTokens: number; readonly rest: Token[] }> {
  // the last token is always evaluated: its result is the first token of the answer
  await sequence.adaptStateToTokens(prompt.slice(0, -1), false);
  const cachedTokens = sequence.nextTokenIndex;
  let rest = prompt.slice(cachedTokens);
  for (;;) {
    signal.throwIfAborted();
    const size = pace.pieceTokens;
    if (rest.length <= size) return { cachedTokens, rest };
    const startedAt = clock.monotonic();
    await sequence.evaluateWithoutGeneratingNewTokens(rest.slice(0, size));
    pace.measured(size, clock.monotonic() - startedAt);
    rest = rest.slice(size);
  }
}

function stepsOf(
  sequence: LlamaSequence,
  tokens: Token[],
  { options, sampling, topLogprobs }: GenerationInput,
): AsyncGenerator<Step, void, void> {
  return topLogprobs === undefined
    ? sequence.evaluateWithMetadata(tokens, {}, options)
    : evaluateWithLogprobs(sequence, tokens, options, sampling, topLogprobs);
}

/** Tokens in; text out, whole characters only and never a part of a stop string, with the tokens it is made of. */
class Emitter {
  readonly #text: TextStream;
  readonly #stops: StopStrings;
  readonly #onText: OnText;
  #reports: TokenReport[] = [];
  #received = 0;
  #emitted = 0;

  constructor(input: GenerationInput, tokenText: TokenText, onText: OnText) {
    this.#text = new TextStream(tokenText);
    this.#stops = new StopStrings(input.stop);
    this.#onText = onText;
  }

  push(token: Token, likely: LikelyToken | undefined): undefined | "stop" | Promise<void> {
    if (likely !== undefined) this.#reports.push({ ...likely, offset: this.#received });
    const text = this.#text.push(token);
    this.#received += text.length;
    const { text: certain, stopped } = this.#stops.push(text);
    const told = this.#tell(certain);
    return stopped ? "stop" : told;
  }

  async end(): Promise<void> {
    const { text, stopped } = this.#stops.push(this.#text.end());
    const told = this.#tell(stopped ? text : text + this.#stops.end(), true);
    if (told instanceof Promise) await told;
  }

  #tell(text: string, isLast = false): undefined | "stop" | Promise<void> {
    this.#emitted += text.length;
    const reports = this.#reportsUpTo(isLast);
    if (text === "" && reports.length === 0) return undefined;
    return this.#onText(text, reports) ?? undefined;
  }

  /** A token is told of with the first piece of text that holds some of it. */
  #reportsUpTo(isLast: boolean): readonly TokenReport[] {
    if (this.#reports.length === 0) return this.#reports;
    const isTold = ({ offset }: TokenReport): boolean => isLast || offset < this.#emitted;
    const told = this.#reports.filter(isTold);
    this.#reports = this.#reports.filter((report) => !isTold(report));
    return told;
  }
}
