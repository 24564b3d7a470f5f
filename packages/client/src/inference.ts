import type {
  callableModelSchema,
  chatCompletionSchema,
  ChatRequest,
  CompletionRequest,
  completionSchema,
  embeddingListSchema,
  EmbeddingRequest,
  RerankRequest,
  rerankReplySchema,
} from "@berth/api/openai";
import type { z } from "@berth/api";
import { chatChunks, type ChatChunk } from "./chat-stream.ts";
import { fillPath } from "./fill-path.ts";
import { openAiPaths } from "./paths.ts";
import type { OnComment } from "./sse.ts";
import { readJson, send, type Reply, type Transport } from "./transport.ts";

export type CallableModel = z.infer<typeof callableModelSchema>;
export type ChatCompletion = z.infer<typeof chatCompletionSchema>;
export type Completion = z.infer<typeof completionSchema>;
export type EmbeddingList = z.infer<typeof embeddingListSchema>;
export type RerankReply = z.infer<typeof rerankReplySchema>;

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface StreamOptions extends CallOptions {
  /** Hears why the answer has not begun yet, while the request is held. */
  readonly onComment?: OnComment | undefined;
}

/** OpenAI's routes. */
export interface InferenceMethods {
  /** What can be named in `model` with this key. */
  listCallableModels(options?: CallOptions): Promise<CallableModel[]>;
  getCallableModel(model: string, options?: CallOptions): Promise<CallableModel>;
  createChatCompletion(request: ChatRequest, options?: CallOptions): Promise<ChatCompletion>;
  /**
   * An answer as it is written, with the usage in its last chunk. Aborting, or leaving the loop, stops the engine.
   * Throws the engine's error when it breaks off; ends only when the answer is whole.
   */
  streamChatCompletion(
    request: ChatRequest,
    options?: StreamOptions,
  ): AsyncGenerator<ChatChunk, void, undefined>;
  createCompletion(request: CompletionRequest, options?: CallOptions): Promise<Completion>;
  createEmbedding(request: EmbeddingRequest, options?: CallOptions): Promise<EmbeddingList>;
  createRerank(request: RerankRequest, options?: CallOptions): Promise<RerankReply>;
}

type Operation = keyof typeof openAiPaths;

export function inferenceMethods(transport: Transport): InferenceMethods {
  const open = (
    operation: Operation,
    parts: { readonly params?: Record<string, string>; readonly body?: unknown },
    options: CallOptions,
    accept = "application/json",
  ): Promise<Reply> => {
    const { method, path } = openAiPaths[operation];
    const filled = fillPath(path, parts.params ?? {});
    return send(transport, { method, path: filled, body: parts.body, accept, signal: options.signal });
  };
  const create =
    <T>(operation: Operation) =>
    async (request: object, options: CallOptions = {}): Promise<T> =>
      (await readJson(await open(operation, { body: { ...request, stream: false } }, options))) as T;
  const createPlain =
    <T>(operation: Operation) =>
    async (request: object, options: CallOptions = {}): Promise<T> =>
      (await readJson(await open(operation, { body: request }, options))) as T;

  return {
    async listCallableModels(options = {}) {
      return ((await readJson(await open("listCallableModels", {}, options))) as { data: CallableModel[] })
        .data;
    },
    async getCallableModel(model, options = {}) {
      return (await readJson(
        await open("getCallableModel", { params: { model } }, options),
      )) as CallableModel;
    },
    createChatCompletion: create("createChatCompletion"),
    async *streamChatCompletion(request, options = {}) {
      const body = {
        ...request,
        stream: true,
        stream_options: { include_usage: true, ...request.stream_options },
      };
      yield* chatChunks(
        await open("createChatCompletion", { body }, options, "text/event-stream, application/json"),
        options.onComment,
      );
    },
    createCompletion: create("createCompletion"),
    createEmbedding: createPlain("createEmbedding"),
    createRerank: createPlain("createRerank"),
  };
}
