import type { z } from "../schema.ts";
import { chatRequestSchema } from "./chat.ts";
import { completionRequestSchema } from "./completion.ts";
import { embeddingRequestSchema } from "./embedding.ts";
import {
  callableModelListSchema,
  callableModelSchema,
  chatCompletionSchema,
  completionSchema,
  embeddingListSchema,
  rerankReplySchema,
} from "./reply.ts";
import { rerankRequestSchema } from "./rerank.ts";
import { tokenizeReplySchema, tokenizeRequestSchema } from "./tokenize.ts";
import {
  transcribeReplySchema,
  transcribeRequestSchema,
  transcriptionFormSchema,
  transcriptionReplySchema,
  translationFormSchema,
} from "./transcription.ts";

/** One inference route: documented here, carried by the gateway. */
export interface OpenAiRoute {
  readonly method: "GET" | "POST";
  /** `{model}` may hold encoded or plain slashes. */
  readonly path: `/v1/${string}` | "/tokenize" | "/transcribe";
  readonly summary: string;
  readonly body?: z.ZodType;
  /** The body is a multipart form, and the answer may be asked for as plain text. */
  readonly isForm?: true;
  readonly response: z.ZodType;
  /** With `"stream": true` it answers server-sent events; those of JSON bodies end in `data: [DONE]`. */
  readonly streams: boolean;
}

/** OpenAI's routes and those beside them, by operation name. */
export const openAiRoutes = {
  createChatCompletion: {
    method: "POST",
    path: "/v1/chat/completions",
    summary: "Answer a chat",
    body: chatRequestSchema,
    response: chatCompletionSchema,
    streams: true,
  },
  createCompletion: {
    method: "POST",
    path: "/v1/completions",
    summary: "Continue a text",
    body: completionRequestSchema,
    response: completionSchema,
    streams: true,
  },
  createEmbedding: {
    method: "POST",
    path: "/v1/embeddings",
    summary: "Turn texts into vectors",
    body: embeddingRequestSchema,
    response: embeddingListSchema,
    streams: false,
  },
  createRerank: {
    method: "POST",
    path: "/v1/rerank",
    summary: "Order documents by how well they answer a query",
    body: rerankRequestSchema,
    response: rerankReplySchema,
    streams: false,
  },
  createTranscription: {
    method: "POST",
    path: "/v1/audio/transcriptions",
    summary: "Write down what is said in audio",
    body: transcriptionFormSchema,
    isForm: true,
    response: transcriptionReplySchema,
    streams: true,
  },
  createTranslation: {
    method: "POST",
    path: "/v1/audio/translations",
    summary: "Write down in English what is said in audio",
    body: translationFormSchema,
    isForm: true,
    response: transcriptionReplySchema,
    streams: false,
  },
  transcribe: {
    method: "POST",
    path: "/transcribe",
    summary: "Write down what is said in a file that lies where the service runs",
    body: transcribeRequestSchema,
    response: transcribeReplySchema,
    streams: false,
  },
  tokenize: {
    method: "POST",
    path: "/tokenize",
    summary: "Cut a text into tokens, by the model's own tokenizer",
    body: tokenizeRequestSchema,
    response: tokenizeReplySchema,
    streams: false,
  },
  listCallableModels: {
    method: "GET",
    path: "/v1/models",
    summary: "List what can be named in `model`",
    response: callableModelListSchema,
    streams: false,
  },
  getCallableModel: {
    method: "GET",
    path: "/v1/models/{model}",
    summary: "Show one thing that can be named in `model`",
    response: callableModelSchema,
    streams: false,
  },
} as const satisfies Record<string, OpenAiRoute>;
