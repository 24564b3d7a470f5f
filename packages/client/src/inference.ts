import type {
  callableModelSchema,
  chatCompletionSchema,
  ChatRequest,
  CompletionRequest,
  completionSchema,
  embeddingListSchema,
  EmbeddingRequest,
  RerankRequest,
  TokenizeReply,
  TokenizeRequest,
  rerankReplySchema,
  TranscribeReply,
  TranscribeRequest,
  TranscriptEvent,
  TranscriptionForm,
  TranscriptionReply,
  TranslationForm,
} from "@berth/api/openai";
import type { z } from "@berth/api";
import { chatChunks, type ChatChunk } from "./chat-stream.ts";
import { fillPath } from "./fill-path.ts";
import { formBody, type FormBody } from "./form-body.ts";
import { openAiPaths } from "./paths.ts";
import { transcriptEvents } from "./transcript-stream.ts";
import type { OnComment } from "./sse.ts";
import { wholeText } from "./body.ts";
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

export type JsonForm<Form> = Omit<Form, "response_format" | "stream"> & {
  readonly response_format?: "json" | "verbose_json";
};
export type TextForm<Form> = Omit<Form, "response_format" | "stream"> & {
  readonly response_format: "text" | "srt" | "vtt";
};

/** OpenAI's routes, and those beside them. */
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
  /** With the times of what was said when `response_format` is verbose_json. */
  createTranscription(form: JsonForm<TranscriptionForm>, options?: CallOptions): Promise<TranscriptionReply>;
  /** In one of the forms that are no JSON. */
  createTranscriptText(form: TextForm<TranscriptionForm>, options?: CallOptions): Promise<string>;
  /**
   * What is said, piece by piece as it is heard; the last event has all of it. Aborting, or leaving the loop, stops the
   * engine. Throws the engine's error when it breaks off; ends only when all is heard.
   */
  streamTranscription(
    form: JsonForm<TranscriptionForm>,
    options?: StreamOptions,
  ): AsyncGenerator<TranscriptEvent, void, undefined>;
  createTranslation(form: JsonForm<TranslationForm>, options?: CallOptions): Promise<TranscriptionReply>;
  /** Of a file that lies where the service runs. */
  transcribe(request: TranscribeRequest, options?: CallOptions): Promise<TranscribeReply>;
  /** By the model's own tokenizer, where its server has such a route. */
  tokenize(request: TokenizeRequest, options?: CallOptions): Promise<TokenizeReply>;
}

type Operation = keyof typeof openAiPaths;

export function inferenceMethods(transport: Transport): InferenceMethods {
  const open = (
    operation: Operation,
    parts: { readonly params?: Record<string, string>; readonly body?: unknown; readonly form?: FormBody },
    options: CallOptions,
    accept = "application/json",
  ): Promise<Reply> => {
    const { method, path } = openAiPaths[operation];
    const filled = fillPath(path, parts.params ?? {});
    const { body, form } = parts;
    return send(transport, { method, path: filled, body, form, accept, signal: options.signal });
  };
  const create =
    <T>(operation: Operation) =>
    async (request: object, options: CallOptions = {}): Promise<T> =>
      (await readJson(await open(operation, { body: { ...request, stream: false } }, options))) as T;
  const createPlain =
    <T>(operation: Operation) =>
    async (request: object, options: CallOptions = {}): Promise<T> =>
      (await readJson(await open(operation, { body: request }, options))) as T;

  const createFrom =
    <T>(operation: Operation) =>
    async (form: object, options: CallOptions = {}): Promise<T> =>
      (await readJson(await open(operation, { form: await formBody(form) }, options))) as T;

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
    createTranscription: createFrom("createTranscription"),
    async createTranscriptText(form, options = {}) {
      const parts = { form: await formBody(form) };
      return wholeText(
        (await open("createTranscription", parts, options, "text/plain, application/json")).text(),
      );
    },
    async *streamTranscription(form, options = {}) {
      const parts = { form: await formBody({ ...form, stream: true }) };
      yield* transcriptEvents(
        await open("createTranscription", parts, options, "text/event-stream, application/json"),
        options.onComment,
      );
    },
    createTranslation: createFrom("createTranslation"),
    transcribe: createPlain("transcribe"),
    tokenize: createPlain("tokenize"),
  };
}
