import { BerthError, defaultContextTokens } from "@berth/api";
import { systemClock, type Clock } from "@berth/std/clock";
import type { LlamaCppConfig } from "../../config.ts";
import { Embedder } from "./embedder.ts";
import { generate, type GenerationMeans, type GenerationResult, type OnText } from "./generation.ts";
import { GrammarCache } from "./grammar-cache.ts";
import type { GenerateRequest, Generation, HostFacts, LlamaHost } from "./host.ts";
import {
  bundledLlamaModule,
  type LlamaContext,
  type LlamaModule,
  type LlamaSequence,
  type Token,
} from "./llama-module.ts";
import { createTextContext, loadModel, type Loaded, type Log, type OnProgress } from "./load.ts";
import { Lockstep } from "./lockstep.ts";
import { PromptPace } from "./prompt-pace.ts";
import { Ranker } from "./ranker.ts";
import { evaluateOptions, samplingDefaults } from "./sampling.ts";
import { SequencePool, type Lease } from "./sequence-pool.ts";
import { tokenBytes } from "./token-bytes.ts";
import { TokenText } from "./token-text.ts";

export interface OpenOptions {
  /** Where node-llama-cpp comes from; Node's own resolution when absent. */
  readonly loadModule?: (() => Promise<LlamaModule>) | undefined;
  readonly onProgress?: OnProgress | undefined;
  readonly clock?: Clock | undefined;
  readonly log?: Log | undefined;
}

/** Loads a model into this process. Rejects with a BerthError that says what is wrong with its file. */
export async function openLlama(config: LlamaCppConfig, options: OpenOptions = {}): Promise<LlamaHost> {
  const {
    loadModule = bundledLlamaModule,
    onProgress = () => {},
    clock = systemClock,
    log = () => {},
  } = options;
  const loaded = await loadModel(config, loadModule, onProgress, log);
  try {
    return await InProcessLlama.create(loaded, config, clock, onProgress, log);
  } catch (error) {
    await loaded.llama.dispose();
    throw error;
  }
}

class InProcessLlama implements LlamaHost {
  readonly facts: HostFacts;
  readonly #loaded: Loaded;
  readonly #config: LlamaCppConfig;
  readonly #context: LlamaContext | null;
  readonly #sequences: SequencePool<LlamaSequence>;
  readonly #grammars: GrammarCache;
  readonly #embedder: Embedder;
  readonly #ranker: Ranker;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #pace: PromptPace;
  readonly #lockstep = new Lockstep();
  readonly #plainText: TokenText;
  readonly #textWithMarks = new Map<string, TokenText>();
  readonly #ends: (boolean | undefined)[] = [];
  #longestTokenBytes = 0;

  static async create(
    loaded: Loaded,
    config: LlamaCppConfig,
    clock: Clock,
    onProgress: OnProgress,
    log: Log,
  ): Promise<InProcessLlama> {
    const { model } = loaded;
    const trained = model.trainContextSize;
    const contextTokens = Math.min(config.contextTokens ?? defaultContextTokens, trained);
    onProgress({ message: "preparing the context", fraction: null });
    const context =
      config.task === "text-generation" ? await createTextContext(loaded, config, contextTokens) : null;
    const host = new InProcessLlama(loaded, config, clock, log, context, contextTokens);
    await host.#warmUp();
    return host;
  }

  private constructor(
    loaded: Loaded,
    config: LlamaCppConfig,
    clock: Clock,
    log: Log,
    context: LlamaContext | null,
    contextTokens: number,
  ) {
    const { model } = loaded;
    this.#loaded = loaded;
    this.#config = config;
    this.#clock = clock;
    this.#log = log;
    this.#context = context;
    this.#sequences = new SequencePool(
      Array.from({ length: context?.totalSequences ?? 0 }, () => (context as LlamaContext).getSequence()),
    );
    this.#grammars = new GrammarCache(loaded.llama);
    this.#embedder = new Embedder(model, contextTokens);
    this.#ranker = new Ranker(model, contextTokens);
    this.#pace = new PromptPace(config.batchTokens);
    this.#plainText = new TokenText(model);
    this.facts = {
      servedName: config.servedName,
      task: config.task,
      contextTokens,
      parallel: config.parallel,
      vocabularySize: model.fileInfo.metadata.tokenizer?.ggml?.tokens?.length ?? 0,
      embeddingLength: model.embeddingVectorSize,
      chatTemplate: model.fileInfo.metadata.tokenizer?.chat_template ?? null,
      bosText: model.tokens.bosString ?? "",
      eosText: model.tokens.eosString ?? "",
      startsWithSpace: model.vocabularyType === "spm",
      sampling: samplingDefaults(model),
      loadedAt: clock.now(),
    };
  }

  tokenize(text: string, special: boolean): Token[] {
    return this.#loaded.model.tokenize(text, special);
  }

  promptOf(text: string, param: string): Token[] {
    const { model } = this.#loaded;
    const most = this.#mostPromptTokens;
    const atLeast = Math.floor(Buffer.byteLength(text) / this.#longestToken());
    if (atLeast > most) throw this.#tooLong(`at least ${atLeast}`, atLeast, param);
    const tokens = this.tokenize(text, true);
    const { bos } = model.tokens;
    const wantsBos = model.tokens.shouldPrependBosToken || tokens.length === 0;
    if (bos !== null && wantsBos && tokens[0] !== bos) tokens.unshift(bos);
    if (tokens.length > most) throw this.#tooLong(String(tokens.length), tokens.length, param);
    return tokens;
  }

  textOf(tokens: readonly Token[]): string {
    const [only, ...more] = tokens;
    return only !== undefined && more.length === 0 ? this.#plainText.of(only) : this.#plainText.join(tokens);
  }

  tokenBytes(token: Token): readonly number[] | null {
    return tokenBytes(this.#loaded.model, token);
  }

  async prepare(request: GenerateRequest): Promise<Generation> {
    const { module, model } = this.#loaded;
    if (this.#context === null)
      throw new BerthError("unsupported", `this service answers ${this.#config.task} only`, {
        param: "model",
      });
    const { prompt, sampling } = request;
    if (prompt.length === 0)
      throw new BerthError("invalid_request", "the prompt is empty", { param: "prompt" });
    if (prompt.length > this.#mostPromptTokens)
      throw this.#tooLong(String(prompt.length), prompt.length, "prompt");
    const grammar = request.grammar === undefined ? undefined : await this.#grammars.get(request.grammar);
    const room = this.facts.contextTokens - prompt.length;
    const generated: Token[] = [];
    const input = {
      prompt,
      maxTokens: Math.min(request.maxTokens ?? room, room),
      sampling,
      stop: request.stop ?? [],
      topLogprobs: request.topLogprobs,
      options: {
        ...evaluateOptions(module, model, sampling, generated, this.facts.contextTokens),
        ...(grammar === undefined
          ? {}
          : { grammarEvaluationState: new module.LlamaGrammarEvaluationState({ model, grammar }) }),
      },
    };
    const means: GenerationMeans = {
      tokenText: this.#textShowing(request.shownSpecials ?? []),
      isEnd: (token) => (this.#ends[token] ??= model.isEogToken(token)),
      pace: this.#pace,
      clock: this.#clock,
      lockstep: this.#lockstep,
      generated,
    };
    const owner = request.owner ?? input;
    return {
      run: async (onText, signal) => {
        const lease = await this.#sequences.lend(prompt, owner, signal);
        return generate(lease.sequence, input, means, onText, signal, async ({ overrun, failed }) => {
          const freed = this.#free(lease, overrun, failed);
          if (overrun === undefined) await freed;
        });
      },
    };
  }

  /** Gives a sequence back when nothing runs on it; one that failed is emptied first. */
  async #free(
    lease: Lease<LlamaSequence>,
    overrun: Promise<unknown> | undefined,
    failed: boolean,
  ): Promise<void> {
    try {
      await overrun;
      if (failed) await lease.sequence.clearHistory();
    } catch (error) {
      this.#log(`a sequence could not be emptied: ${String(error)}`);
    } finally {
      lease.release();
    }
  }

  async generate(request: GenerateRequest, onText: OnText, signal: AbortSignal): Promise<GenerationResult> {
    return (await this.prepare(request)).run(onText, signal);
  }

  embed(inputs: readonly (string | readonly Token[])[], signal: AbortSignal) {
    return this.#embedder.embed(inputs, signal);
  }

  rank(query: string, documents: readonly string[], signal: AbortSignal) {
    return this.#ranker.rank(query, documents, signal);
  }

  async close(): Promise<void> {
    await this.#loaded.llama.dispose();
  }

  /** Room for one token of an answer is always left. */
  get #mostPromptTokens(): number {
    return Math.min(this.#config.maxInputTokens ?? Infinity, this.facts.contextTokens - 1);
  }

  #tooLong(counted: string, tokens: number, param: string): BerthError {
    const maxTokens = this.#mostPromptTokens;
    const limit =
      this.#config.maxInputTokens === maxTokens
        ? `this service takes ${maxTokens} at most`
        : `the context of ${this.facts.contextTokens} tokens leaves room for ${maxTokens}`;
    return new BerthError("context_length_exceeded", `the prompt is ${counted} tokens long, and ${limit}`, {
      param,
      details: { promptTokens: tokens, maxPromptTokens: maxTokens, contextTokens: this.facts.contextTokens },
    });
  }

  /** A bound that saves tokenizing megabytes only to refuse them. */
  #longestToken(): number {
    if (this.#longestTokenBytes > 0) return this.#longestTokenBytes;
    let longest = 1;
    for (const token of this.#loaded.model.fileInfo.metadata.tokenizer?.ggml?.tokens ?? [])
      longest = Math.max(longest, Buffer.byteLength(token));
    this.#longestTokenBytes = longest;
    return longest;
  }

  #textShowing(marks: readonly string[]): TokenText {
    const tokens = marks.flatMap((mark) => {
      const [token, ...more] = this.tokenize(mark, true);
      return token !== undefined && more.length === 0 ? [token] : [];
    });
    if (tokens.length === 0) return this.#plainText;
    const key = tokens.join();
    let text = this.#textWithMarks.get(key);
    if (text === undefined)
      this.#textWithMarks.set(key, (text = new TokenText(this.#loaded.model, new Set(tokens))));
    return text;
  }

  /** A first, short evaluation: it readies the processor's kernels and tells how fast prompts are read here. */
  async #warmUp(): Promise<void> {
    if (this.#context === null) return;
    const lease = await this.#sequences.lend([], this, new AbortController().signal);
    const tokens = this.tokenize("The quick brown fox jumps over the lazy dog. ".repeat(4), false).slice(
      0,
      Math.min(32, this.facts.contextTokens - 1),
    );
    await lease.sequence.evaluateWithoutGeneratingNewTokens(tokens.slice(0, 1));
    const startedAt = this.#clock.monotonic();
    await lease.sequence.evaluateWithoutGeneratingNewTokens(tokens.slice(1));
    this.#pace.measured(tokens.length - 1, this.#clock.monotonic() - startedAt);
    await lease.sequence.clearHistory();
    lease.release();
  }
}
