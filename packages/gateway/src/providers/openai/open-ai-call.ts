import { readSse } from "@berth/std/sse-reader";
import type { ChatChunk, ChatCompletion, EmbeddingList, TextCompletion } from "../../openai/shapes.ts";
import type { ProviderAnswer, UpstreamCall } from "../provider.ts";
import { failureKindOf, ProviderFailure } from "../provider-failure.ts";
import { readFailure } from "../read-failure.ts";
import { errorIn } from "../../late-refusal.ts";

export interface OpenAiCallOptions {
  readonly url: string;
  readonly headers: readonly string[];
  /** As the server calls it; `undefined` where the URL tells. */
  readonly model: string | undefined;
  readonly countsStreams: boolean;
}

/** Calls a server that speaks OpenAI, for who needs its answer as values rather than bytes. */
export async function callOpenAi(call: UpstreamCall, options: OpenAiCallOptions): Promise<ProviderAnswer> {
  const { wire, stream, requestId, clock } = call;
  const { url, headers, model, countsStreams } = options;
  const { model: _asked, stream_options: _options, ...request } = call.request;
  const body = JSON.stringify({
    ...(model === undefined ? {} : { model }),
    ...request,
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
  if (!stream) return { kind: "whole", body: parseWhole(await answer.text(), url) };
  const chunks = chunksOf(readSse(answer.body));
  const first = await chunks.next();
  if (first.done === true) throw broken("the stream ended before its first event");
  return { kind: "stream", chunks: withFirst(first.value, chunks) };
}

function parseWhole(text: string, url: string): ChatCompletion | TextCompletion | EmbeddingList {
  try {
    return JSON.parse(text) as ChatCompletion;
  } catch (error) {
    throw new ProviderFailure({
      kind: "failed",
      message: `${new URL(url).host} answered with something that is no JSON: ${text.slice(0, 200)}`,
      cause: error,
    });
  }
}

/** Ends at `[DONE]`. Throws ProviderFailure at an error, and when the stream ends without either. */
async function* chunksOf(
  events: AsyncIterable<{ readonly event: string | undefined; readonly data: string }>,
): AsyncGenerator<ChatChunk | TextCompletion> {
  for await (const { event, data } of events) {
    if (data === "[DONE]") return;
    const said = event === "error" || /^\{\s*"error"\s*:/.test(data) ? errorIn(data) : undefined;
    if (said !== undefined) {
      const status = Number(said.code);
      const kind = status >= 400 && status < 600 ? failureKindOf(status) : "failed";
      throw new ProviderFailure({ kind, message: said.message });
    }
    try {
      yield JSON.parse(data) as ChatChunk;
    } catch (error) {
      throw new ProviderFailure({
        kind: "failed",
        message: "an event of the stream is no JSON",
        cause: error,
      });
    }
  }
  throw broken("the stream ended without its last event");
}

/** The first again, and then the others. Whoever leaves early closes the stream below. */
export async function* withFirst<T>(first: T, others: AsyncGenerator<T>): AsyncGenerator<T> {
  try {
    yield first;
    yield* others;
  } finally {
    await others.return(undefined);
  }
}

function broken(message: string): ProviderFailure {
  return new ProviderFailure({ kind: "failed", message });
}
