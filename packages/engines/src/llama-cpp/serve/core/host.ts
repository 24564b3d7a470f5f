import type { Task } from "@berth/api";
import type { Embedded } from "./embedder.ts";
import type { GenerationResult, OnText } from "./generation.ts";
import type { Token } from "./llama-module.ts";
import type { Ranked } from "./ranker.ts";
import type { Sampling, SamplingDefaults } from "./sampling.ts";

/** What a loaded model is, as far as those who speak for it need to know. */
export interface HostFacts {
  readonly servedName: string;
  readonly task: Task;
  /** Tokens one sequence may hold. */
  readonly contextTokens: number;
  /** Sequences answered at once. */
  readonly parallel: number;
  readonly vocabularySize: number;
  readonly embeddingLength: number;
  /** Jinja, as the model's file holds it. */
  readonly chatTemplate: string | null;
  readonly bosText: string;
  readonly eosText: string;
  /** Its tokenizer marks a word's start, so that an answer begins with a space that nobody meant. */
  readonly startsWithSpace: boolean;
  readonly sampling: SamplingDefaults;
  readonly loadedAt: number;
}

export interface GenerateRequest {
  readonly prompt: readonly Token[];
  /** Absent: until the context is full. */
  readonly maxTokens?: number | undefined;
  readonly sampling: Sampling;
  readonly stop?: readonly string[] | undefined;
  /** GBNF; the answer follows it. */
  readonly grammar?: string | undefined;
  readonly topLogprobs?: number | undefined;
  /** Special tokens whose text is wanted all the same: the marks of tool calls. */
  readonly shownSpecials?: readonly string[] | undefined;
  /** Answers of one owner take turns with those of others. Absent: this answer is an owner of its own. */
  readonly owner?: object | undefined;
}

/** An answer that can be given: everything that could be refused has been checked. */
export interface Generation {
  /** Rejects with the signal's reason, or with what went wrong in the model. */
  run(onText: OnText, signal: AbortSignal): Promise<GenerationResult>;
}

/** A loaded model, in this process. It knows nothing of HTTP or of OpenAI's shapes. */
export interface LlamaHost {
  readonly facts: HostFacts;
  /** `special`: marks such as `<|im_end|>` in the text are taken for the tokens they name. */
  tokenize(text: string, special: boolean): Token[];
  /** A prompt as this model wants it begun. Throws BerthError `context_length_exceeded` without reading far too long ones. */
  promptOf(text: string, param: string): Token[];
  /** The tokens' text; U+FFFD for bytes that are no character. */
  textOf(tokens: readonly Token[]): string;
  /** The token's bytes, `null` when the file does not tell. */
  tokenBytes(token: Token): readonly number[] | null;
  /**
   * Checks a request. Throws BerthError: `context_length_exceeded` with the numbers, `invalid_request` for a grammar
   * that cannot be read.
   */
  prepare(request: GenerateRequest): Promise<Generation>;
  /** `prepare` and `run` in one. */
  generate(request: GenerateRequest, onText: OnText, signal: AbortSignal): Promise<GenerationResult>;
  embed(inputs: readonly (string | readonly Token[])[], signal: AbortSignal): Promise<Embedded>;
  rank(query: string, documents: readonly string[], signal: AbortSignal): Promise<Ranked>;
  /** Answers in progress fail. Resolves when the model's memory is free. */
  close(): Promise<void>;
}
