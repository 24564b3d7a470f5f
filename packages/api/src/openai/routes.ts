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

/** One inference route: documented here, carried by the gateway. */
export interface OpenAiRoute {
  readonly method: "GET" | "POST";
  /** `{model}` may hold encoded or plain slashes. */
  readonly path: `/v1/${string}`;
  readonly summary: string;
  readonly body?: z.ZodType;
  readonly response: z.ZodType;
  /** With `"stream": true` it answers server-sent events that end in `data: [DONE]`. */
  readonly streams: boolean;
}

/** OpenAI's routes, by operation name. */
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
