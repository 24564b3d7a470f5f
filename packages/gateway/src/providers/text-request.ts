import {
  type ChatRequest,
  chatRequestSchema,
  type CompletionRequest,
  completionRequestSchema,
  parseRequest,
  type RequestMessage,
} from "@berth/api/openai";
import type { RenderedPrompt } from "../prompts/render-prompt.ts";
import type { OperationName } from "../operation.ts";
import type { ProviderCall, ProviderPlan } from "./provider.ts";
import { renderChat, stopsOf } from "./render-chat.ts";
import { untranslatable } from "./require-translatable.ts";

/** For a server that only answers with texts. */
export function planText(
  operation: OperationName,
  call: Extract<ProviderPlan, { kind: "translate" }>["call"],
): ProviderPlan | undefined {
  if (operation === "chat.completions") return { kind: "translate", operation: "chat", call };
  return operation === "completions" ? { kind: "translate", operation, call } : undefined;
}

/** What is asked of a server that answers with a text. Null and absent are the same: `undefined`. */
export interface TextRequest {
  readonly asked:
    | { readonly kind: "messages"; readonly messages: readonly RequestMessage[] }
    | { readonly kind: "prompt"; readonly prompt: string };
  /** As the caller says, else as long as the model's answers may be. */
  readonly maxTokens: number | undefined;
  readonly temperature: number | undefined;
  readonly topP: number | undefined;
  readonly topK: number | undefined;
  readonly seed: number | undefined;
  readonly stops: readonly string[];
}

/** Throws BerthError, naming the field: `invalid_request` for what no server could read, `unsupported` for several prompts. */
export function readTextRequest({ operation, request, upstream }: ProviderCall): TextRequest {
  const longest = upstream.maxOutputTokens ?? undefined;
  if (operation === "chat") {
    const chat = parseRequest(chatRequestSchema, request);
    const maxTokens = chat.max_completion_tokens ?? chat.max_tokens ?? longest;
    return { ...samplingOf(chat), maxTokens, asked: { kind: "messages", messages: chat.messages } };
  }
  const completion = parseRequest(completionRequestSchema, request);
  const prompt = onePrompt(completion.prompt, upstream.target.kind);
  return {
    ...samplingOf(completion),
    maxTokens: completion.max_tokens ?? longest,
    asked: { kind: "prompt", prompt },
  };
}

function samplingOf({
  temperature,
  top_p: topP,
  top_k: topK,
  seed,
  stop,
}: ChatRequest | CompletionRequest): Omit<TextRequest, "asked" | "maxTokens"> {
  return {
    temperature: temperature ?? undefined,
    topP: topP ?? undefined,
    topK: topK ?? undefined,
    seed: seed ?? undefined,
    stops: stopsOf(stop, []),
  };
}

function onePrompt(prompt: CompletionRequest["prompt"], provider: string): string {
  if (typeof prompt === "string") return prompt;
  const [only] = prompt;
  if (prompt.length === 1 && typeof only === "string") return only;
  throw untranslatable("prompt", provider, "give one text");
}

/** As one text: rendered for the model, or as it is given. Throws BerthError `unsupported` where nobody knows how to render. */
export function promptFor({ asked }: TextRequest, call: ProviderCall): RenderedPrompt {
  if (asked.kind === "messages") return renderChat(call, asked.messages);
  return { prompt: asked.prompt, stops: [], spaceBeforeAnswer: false };
}
