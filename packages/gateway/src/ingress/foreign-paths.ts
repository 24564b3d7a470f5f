import { BerthError } from "@berth/api";
import type { OperationName } from "../operation.ts";
import { anthropicError } from "./anthropic/anthropic-error.ts";
import { anthropicMessages } from "./anthropic/messages-ingress.ts";
import type { Ingress } from "./ingress.ts";
import { ollamaChat } from "./ollama/chat-ingress.ts";
import { ollamaEmbed, ollamaEmbeddings } from "./ollama/embed-ingress.ts";
import { ollamaGenerate } from "./ollama/generate-ingress.ts";
import { ollamaError } from "./ollama/ollama-error.ts";
import { openAiResponses } from "./responses/responses-ingress.ts";
import { tgiGenerate } from "./tgi/generate-ingress.ts";
import { tgiError } from "./tgi/tgi-error.ts";

/** A path at which a model is asked in another system's words. */
export interface ForeignPath {
  readonly name: OperationName;
  readonly ingress: Ingress;
  readonly streams: boolean;
  /** A provider that speaks the same may be given the caller's own bytes. */
  readonly passes: boolean;
}

/** How tokens are counted is the model's own affair; an estimate would be taken for a count. */
const anthropicCount: Ingress = {
  read() {
    throw new BerthError(
      "unsupported",
      "tokens are counted only for models of a provider that speaks Anthropic's API; the answer of /v1/messages tells them for all",
      { param: "model" },
    );
  },
  error: anthropicError,
};

/** All of them, by path; asked by POST. */
export const foreignPaths: ReadonlyMap<string, ForeignPath> = new Map([
  ["/v1/messages", { name: "anthropic.messages", ingress: anthropicMessages, streams: true, passes: true }],
  [
    "/v1/messages/count_tokens",
    { name: "anthropic.count_tokens", ingress: anthropicCount, streams: false, passes: true },
  ],
  ["/v1/responses", { name: "responses", ingress: openAiResponses, streams: true, passes: true }],
  ["/api/chat", { name: "ollama.chat", ingress: ollamaChat, streams: true, passes: true }],
  ["/api/generate", { name: "ollama.generate", ingress: ollamaGenerate, streams: true, passes: true }],
  ["/api/embed", { name: "ollama.embed", ingress: ollamaEmbed, streams: false, passes: true }],
  // the same operation by older words, of which one of those who speak it may know nothing
  ["/api/embeddings", { name: "ollama.embed", ingress: ollamaEmbeddings, streams: false, passes: false }],
  ["/", { name: "tgi.generate", ingress: tgiGenerate("/"), streams: true, passes: true }],
  ["/generate", { name: "tgi.generate", ingress: tgiGenerate("/generate"), streams: false, passes: true }],
  [
    "/generate_stream",
    { name: "tgi.generate", ingress: tgiGenerate("/generate_stream"), streams: true, passes: true },
  ],
]);

/** A path at which another system tells of models. */
export type ForeignList = "ollama.tags" | "ollama.ps" | "ollama.version" | "ollama.show" | "tgi.info";

export interface ForeignListPath {
  readonly list: ForeignList;
  readonly method: "GET" | "POST";
  readonly error: Ingress["error"];
}

export const foreignLists: ReadonlyMap<string, ForeignListPath> = new Map([
  ["/api/tags", { list: "ollama.tags", method: "GET", error: ollamaError }],
  ["/api/ps", { list: "ollama.ps", method: "GET", error: ollamaError }],
  ["/api/version", { list: "ollama.version", method: "GET", error: ollamaError }],
  ["/api/show", { list: "ollama.show", method: "POST", error: ollamaError }],
  ["/info", { list: "tgi.info", method: "GET", error: tgiError }],
]);
