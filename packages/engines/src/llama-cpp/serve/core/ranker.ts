import { BerthError } from "@berth/api";
import type { LlamaModel } from "./llama-module.ts";
import { refuseLong } from "./embedder.ts";

export interface Ranked {
  /** One score for each document, in order: 0 to 1, the probability that it answers the query. */
  readonly scores: readonly number[];
  readonly promptTokens: number;
}

/** Scores documents by a query, with a model that was trained to. The context it needs is made with the first call. */
export class Ranker {
  readonly #model: LlamaModel;
  readonly #contextTokens: number;
  #context: ReturnType<LlamaModel["createRankingContext"]> | undefined;

  constructor(model: LlamaModel, contextTokens: number) {
    this.#model = model;
    this.#contextTokens = contextTokens;
  }

  /**
   * Throws BerthError `unsupported` when the model is no reranker, and `context_length_exceeded`, before any work, when
   * a document is too long beside the query. Rejects with the signal's reason between two documents.
   */
  async rank(query: string, documents: readonly string[], signal: AbortSignal): Promise<Ranked> {
    if (!this.#model.fileInsights.supportsRanking)
      throw new BerthError(
        "unsupported",
        "this model is no reranker: take one whose GGUF file holds cls tensors",
        {
          param: "model",
        },
      );
    const context = await (this.#context ??= this.#create());
    let promptTokens = 0;
    for (const [index, document] of documents.entries()) {
      const length = context.calculateInputLength(query, document);
      refuseLong(length, this.#contextTokens, `documents[${index}]`);
      promptTokens += length;
    }
    const scores: number[] = [];
    for (const document of documents) {
      signal.throwIfAborted();
      scores.push(await context.rank(query, document));
    }
    return { scores, promptTokens };
  }

  #create(): ReturnType<LlamaModel["createRankingContext"]> {
    const contextSize = this.#contextTokens;
    return this.#model.createRankingContext({
      contextSize,
      batchSize: contextSize,
      ignoreMemorySafetyChecks: true,
    });
  }
}
