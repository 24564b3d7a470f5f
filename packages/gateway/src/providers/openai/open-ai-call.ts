import { readSse } from "@berth/std/sse-reader";
import type { ChatChunk, TextCompletion } from "../../openai/shapes.ts";
import type { WholeAnswer } from "../../ingress/ingress.ts";
import type { ProviderAnswer, UpstreamCall } from "../provider.ts";
import { failureKindOf, ProviderFailure } from "../provider-failure.ts";
import { readFailure } from "../read-failure.ts";
import { errorIn } from "../../late-refusal.ts";
import { parseAnswer, streamOf } from "../translated-answer.ts";
import { soundAnswer, type AnswerForm } from "./sound-answer.ts";

export interface OpenAiCallOptions {
  readonly url: string;
  readonly headers: readonly string[];
  /** As the server calls it; `undefined` where the URL tells. */
  readonly model: string | undefined;
  readonly countsStreams: boolean;
  /** `max_tokens` is said as `max_completion_tokens`. */
  readonly limitsCompletions?: boolean;
}

/** Calls a server that speaks OpenAI, for who needs its answer as values rather than bytes. */
export async function callOpenAi(call: UpstreamCall, options: OpenAiCallOptions): Promise<ProviderAnswer> {
  const { wire, operation, stream, requestId, clock } = call;
  const { url, headers, model, countsStreams, limitsCompletions = false } = options;
  const { model: _asked, stream_options: _options, ...request } = call.request;
  const body = JSON.stringify({
    ...(model === undefined ? {} : { model }),
    ...(limitsCompletions ? withCompletionLimit(request) : request),
    stream: stream ? true : undefined,
    stream_options: stream && countsStreams ? { include_usage: true } : undefined,
  });
  const answer = await wire.send({
    method: "POST",
    url,
    headers: ["content-type", "application/json", "x-request-id", requestId, ...headers],
    body,
  });
  if (answer.status >= 400) throw await readFailure(answer, clock.now());
  if (!stream) return { kind: "whole", body: wholeOf(await answer.text(), operation) };
  const form = operation === "completions" ? "text_completion" : "chat.completion.chunk";
  return streamOf(chunksOf(readSse(answer.body), form));
}

function withCompletionLimit({
  max_tokens: maxTokens,
  ...request
}: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return maxTokens === undefined ? request : { ...request, max_completion_tokens: maxTokens };
}

/** Throws ProviderFailure for what is no answer to that. */
function wholeOf(text: string, operation: UpstreamCall["operation"]): WholeAnswer {
  const answer = parseAnswer(text) as Readonly<Record<string, unknown>>;
  const said = answer[listIn[operation]];
  if (!Array.isArray(said) || said.length === 0) {
    const message = errorIn(text)?.message ?? `something came that is no answer: ${text.slice(0, 200)}`;
    throw new ProviderFailure({ kind: "failed", message });
  }
  switch (operation) {
    case "chat":
      return soundAnswer(answer, "chat.completion") as WholeAnswer;
    case "completions":
      return soundAnswer(answer, "text_completion") as WholeAnswer;
    case "embeddings":
      return soundAnswer(answer, "list") as WholeAnswer;
    case "rerank":
      return answer as object as WholeAnswer;
  }
}

/** Where the answer to an operation stands. */
const listIn = { chat: "choices", completions: "choices", embeddings: "data", rerank: "results" } as const;

/** Ends at `[DONE]`. Throws ProviderFailure at an error, and when the stream ends without either. */
async function* chunksOf(
  events: AsyncIterable<{ readonly event: string | undefined; readonly data: string }>,
  form: AnswerForm,
): AsyncGenerator<ChatChunk | TextCompletion> {
  for await (const { event, data } of events) {
    if (data === "[DONE]") return;
    const chunk = parseAnswer(data);
    if (event === "error" || tellsError(chunk)) {
      const said = errorIn(data) ?? { message: data.slice(0, 200) };
      const status = Number(said.code);
      const kind = status >= 400 && status < 600 ? failureKindOf(status) : "failed";
      throw new ProviderFailure({ kind, message: said.message });
    }
    yield soundAnswer(chunk, form) as ChatChunk;
  }
  throw new ProviderFailure({ kind: "failed", message: "the stream ended without its last event" });
}

/** Some tell it within an event of the usual form. */
function tellsError(chunk: object): boolean {
  const said: unknown = "error" in chunk ? chunk.error : undefined;
  return (typeof said === "object" && said !== null) || (typeof said === "string" && said !== "");
}
