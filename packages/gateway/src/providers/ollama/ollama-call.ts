import { authHeaders } from "../auth-headers.ts";
import { embeddingList, embeddingTexts } from "../embedding-list.ts";
import { chatOfPieces } from "../pieces/chat-of-pieces.ts";
import { completionOfPieces } from "../pieces/completion-of-pieces.ts";
import type { ProviderAnswer, ProviderCall } from "../provider.ts";
import { readChat, readCompletion, readEmbedding } from "../read-request.ts";
import { readFailure } from "../read-failure.ts";
import { untranslatable } from "../require-translatable.ts";
import { parseAnswer } from "../translated-answer.ts";
import type { WireAnswer } from "../wire.ts";
import { ollamaMessages } from "./messages.ts";
import { readPieces } from "./ollama-pieces.ts";
import { chatFields, completionFields, formatOf, keepAliveOf, readOptions, thinkOf } from "./read-options.ts";

export async function answerChat(call: ProviderCall): Promise<ProviderAnswer> {
  const chat = readChat(call, chatFields);
  const tools = chat.tool_choice === "none" ? undefined : (chat.tools ?? undefined);
  const answer = await ask(call, "/api/chat", {
    messages: ollamaMessages(chat.messages),
    tools,
    format: formatOf(chat),
    think: thinkOf(chat),
    ...readOptions(chat, call.upstream),
    stream: call.stream,
  });
  return chatOfPieces(call, readPieces(answer, call));
}

export async function continueText(call: ProviderCall): Promise<ProviderAnswer> {
  const request = readCompletion(call, completionFields);
  const [prompt, ...others] = typeof request.prompt === "string" ? [request.prompt] : request.prompt;
  if (typeof prompt !== "string" || others.length > 0)
    throw untranslatable("prompt", "Ollama", "give one text");
  const answer = await ask(call, "/api/generate", {
    prompt,
    // as it is, not as something that a user has said
    raw: true,
    ...readOptions(request, call.upstream),
    stream: call.stream,
  });
  return completionOfPieces(call, readPieces(answer, call));
}

export async function embedTexts(call: ProviderCall): Promise<ProviderAnswer> {
  const request = readEmbedding(call, new Set(["dimensions", "encoding_format"]));
  const { upstream } = call;
  const answer = await ask(call, "/api/embed", {
    input: embeddingTexts(request, "Ollama"),
    dimensions: request.dimensions ?? undefined,
    truncate: false,
    keep_alive: keepAliveOf(upstream.target),
  });
  const { embeddings, prompt_eval_count: tokens = 0 } = parseAnswer(await answer.text()) as {
    readonly embeddings: readonly (readonly number[])[];
    readonly prompt_eval_count?: number;
  };
  const usage = { prompt_tokens: tokens, total_tokens: tokens };
  return { kind: "whole", body: embeddingList(embeddings, request, usage) };
}

/** Rejects with ProviderFailure unless the answer has begun well. */
async function ask(
  { upstream, wire, requestId, clock }: ProviderCall,
  path: string,
  body: object,
): Promise<WireAnswer> {
  const { target, model } = upstream;
  const answer = await wire.send({
    method: "POST",
    url: target.url + path,
    headers: ["content-type", "application/json", "x-request-id", requestId, ...authHeaders(target)],
    body: JSON.stringify({ model, ...body }),
  });
  if (answer.status >= 400) throw await readFailure(answer, clock.now());
  return answer;
}
