import { BerthError } from "@berth/api";
import type { LlamaModel, Token } from "./llama-module.ts";

export interface Embedded {
  /** Of length one, as OpenAI's are. */
  readonly vectors: readonly Float32Array[];
  readonly promptTokens: number;
}

/** Texts, or tokens, to vectors. The context it needs is made with the first call. */
export class Embedder {
  readonly #model: LlamaModel;
  readonly #contextTokens: number;
  #context: ReturnType<LlamaModel["createEmbeddingContext"]> | undefined;

  constructor(model: LlamaModel, contextTokens: number) {
    this.#model = model;
    this.#contextTokens = contextTokens;
  }

  get dimensions(): number {
    return this.#model.embeddingVectorSize;
  }

  /**
   * One vector for each input, in order. Throws BerthError `context_length_exceeded` before any work when one is too
   * long. Rejects with the signal's reason between two inputs.
   */
  async embed(inputs: readonly (string | readonly Token[])[], signal: AbortSignal): Promise<Embedded> {
    const context = await (this.#context ??= this.#create());
    const tokenLists = inputs.map((input) =>
      typeof input === "string" ? this.#model.tokenize(input, false) : [...input],
    );
    let promptTokens = 0;
    for (const [index, tokens] of tokenLists.entries()) {
      const length = context.calculateInputLength([...tokens]);
      refuseLong(length, this.#contextTokens, inputs.length === 1 ? "input" : `input[${index}]`);
      promptTokens += length;
    }
    const vectors: Float32Array[] = [];
    for (const tokens of tokenLists) {
      signal.throwIfAborted();
      vectors.push(normalised((await context.getEmbeddingFor(tokens)).vector));
    }
    return { vectors, promptTokens };
  }

  // an encoder reads all of a text at once: a smaller batch would tear it apart
  #create(): ReturnType<LlamaModel["createEmbeddingContext"]> {
    const contextSize = this.#contextTokens;
    return this.#model.createEmbeddingContext({
      contextSize,
      batchSize: contextSize,
      ignoreMemorySafetyChecks: true,
    });
  }
}

/** Throws BerthError `context_length_exceeded` with both numbers when an input does not fit. */
export function refuseLong(tokens: number, contextTokens: number, param: string): void {
  if (tokens < contextTokens) return;
  throw new BerthError(
    "context_length_exceeded",
    `${param} is ${tokens} tokens long, and this model takes ${contextTokens - 1} at most`,
    { param, details: { tokens, maxTokens: contextTokens - 1 } },
  );
}

function normalised(vector: readonly number[]): Float32Array {
  const length = Math.hypot(...vector);
  return Float32Array.from(vector, (value) => (length === 0 ? value : value / length));
}
