import type { ChatRequest } from "@berth/api/openai";
import type { TextCompletion, TokenLogprob } from "../../openai/shapes.ts";
import { authHeaders } from "../auth-headers.ts";
import { callOpenAi } from "../openai/open-ai-call.ts";
import { chatOfPieces } from "../pieces/chat-of-pieces.ts";
import { cutPieces } from "../pieces/cut-pieces.ts";
import type { Piece } from "../pieces/piece.ts";
import type { ProviderAnswer, ProviderCall } from "../provider.ts";
import { ProviderFailure } from "../provider-failure.ts";
import { readChat } from "../read-request.ts";
import { renderChat, stopsOf, type RenderedChat } from "../render-chat.ts";
import { usualMaxTokens } from "../usual-max-tokens.ts";

/** Under the same name in a completion. */
const passedOn = [
  "n",
  "temperature",
  "top_p",
  "top_k",
  "min_p",
  "frequency_penalty",
  "presence_penalty",
  "repetition_penalty",
  "seed",
  "logit_bias",
  "response_format",
  "min_tokens",
  "ignore_eos",
  "stop_token_ids",
  "skip_special_tokens",
  "guided_json",
  "guided_regex",
  "guided_choice",
  "guided_grammar",
  "structured_outputs",
  "priority",
] as const;

const taken: ReadonlySet<string> = new Set([
  ...passedOn,
  "max_tokens",
  "max_completion_tokens",
  "stop",
  "logprobs",
  "top_logprobs",
]);

export async function answerChat(call: ProviderCall): Promise<ProviderAnswer> {
  const chat = readChat(call, taken);
  const rendered = renderChat(call, chat.messages);
  const stops = stopsOf(chat.stop, rendered.stops);
  const maxTokens = chat.max_completion_tokens ?? chat.max_tokens ?? undefined;
  const request = {
    ...completionOf(chat, rendered),
    stop: stops,
    max_tokens: maxTokens ?? usualMaxTokens(call.upstream, rendered.prompt),
  };
  const answer = await complete(call, request, maxTokens === undefined);
  const pieces = cutPieces(piecesOf(answer), {
    stops,
    dropsFirstSpace: rendered.spaceBeforeAnswer,
    choices: chat.n ?? 1,
  });
  return chatOfPieces(call, pieces);
}

type CompletionBody = Readonly<Record<string, unknown>>;

function completionOf(chat: ChatRequest, { prompt, beginning }: RenderedChat): CompletionBody {
  const said = passedOn.map((name) => [name, chat[name] ?? undefined] as const);
  return {
    ...Object.fromEntries(said),
    prompt,
    logprobs: chat.logprobs === true ? (chat.top_logprobs ?? 0) : undefined,
    // or there would be two
    add_special_tokens: beginning === undefined ? undefined : false,
  };
}

/** Asks again, with less, where the server tells that it takes less than was thought. */
async function complete(
  call: ProviderCall,
  request: CompletionBody & { readonly stop: readonly string[] },
  mayShorten: boolean,
): Promise<ProviderAnswer> {
  const { target, model } = call.upstream;
  const ask = (body: CompletionBody): Promise<ProviderAnswer> =>
    callOpenAi(
      { ...call, operation: "completions", request: body },
      {
        url: `${target.url}/completions`,
        headers: authHeaders(target),
        model,
        countsStreams: target.options.streamUsage !== false,
      },
    );
  try {
    return await ask(request);
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    // vLLM takes null as all that is left
    if (error.kind === "too_long" && mayShorten) return ask({ ...request, max_tokens: null });
    const [, mostStops] = /'stop'.* maximum length (\d+)/.exec(error.message) ?? [];
    if (mostStops === undefined) throw error;
    return ask({ ...request, stop: request.stop.slice(0, Number(mostStops)) });
  }
}

async function* piecesOf(answer: ProviderAnswer): AsyncGenerator<Piece> {
  switch (answer.kind) {
    case "whole":
      yield* piecesIn(answer.body as TextCompletion);
      return;
    case "stream":
      for await (const chunk of answer.chunks) yield* piecesIn(chunk as TextCompletion);
  }
}

function* piecesIn({ choices, usage }: TextCompletion): Generator<Piece> {
  for (const choice of choices) {
    const { index, text, finish_reason: finish, logprobs } = choice;
    // vLLM's: a stop string, null for the model's own end; its first releases do not tell
    const { stop_reason: stopReason } = choice as { readonly stop_reason?: unknown };
    yield {
      choice: index,
      text,
      tokens: logprobs === null || logprobs === undefined ? undefined : tokensOf(logprobs as Logprobs),
      finish: finish ?? undefined,
      endsInStop: finish === "stop" && stopReason !== null,
    };
  }
  if (usage !== undefined && usage !== null) yield { usage };
}

interface Logprobs {
  readonly tokens: readonly string[];
  readonly token_logprobs: readonly (number | null)[];
  readonly top_logprobs?: readonly (Readonly<Record<string, number>> | null)[] | null;
}

function tokensOf({ tokens, token_logprobs: likely, top_logprobs: top }: Logprobs): TokenLogprob[] {
  return tokens.map((token, at) => ({
    token,
    logprob: likely[at] ?? 0,
    bytes: [...Buffer.from(token)],
    top_logprobs: Object.entries(top?.[at] ?? {}).map(([other, logprob]) => ({ token: other, logprob })),
  }));
}
