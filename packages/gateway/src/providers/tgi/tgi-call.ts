import type { CompletionRequest } from "@berth/api/openai";
import { authHeaders } from "../auth-headers.ts";
import { chatOfPieces } from "../pieces/chat-of-pieces.ts";
import { completionOfPieces } from "../pieces/completion-of-pieces.ts";
import { cutPieces } from "../pieces/cut-pieces.ts";
import type { Piece } from "../pieces/piece.ts";
import type { ProviderAnswer, ProviderCall } from "../provider.ts";
import { ProviderFailure } from "../provider-failure.ts";
import { readChat, readCompletion } from "../read-request.ts";
import { renderChat, stopsOf } from "../render-chat.ts";
import { usualMaxTokens } from "../usual-max-tokens.ts";
import { untranslatable } from "../require-translatable.ts";
import { begun } from "../translated-answer.ts";
import { readParameters, takenFields, type TgiParameters } from "./read-parameters.ts";
import { readPieces } from "./tgi-pieces.ts";

/** What TGI takes unless its operator says otherwise; it refuses more. */
const usualStops = 4;

export async function answerChat(call: ProviderCall): Promise<ProviderAnswer> {
  const request = readChat(call, takenFields);
  const { prompt, stops: own, spaceBeforeAnswer, beginning = "" } = renderChat(call, request.messages);
  const stops = stopsOf(request.stop, own);
  const pieces = await generate(call, {
    // its tokenizer puts the beginning there
    inputs: prompt.slice(beginning.length),
    stops,
    parameters: readParameters(request),
    maxTokens: request.max_completion_tokens ?? request.max_tokens ?? undefined,
    tellsTokens: request.logprobs === true,
  });
  return chatOfPieces(call, cutPieces(pieces, { stops, dropsFirstSpace: spaceBeforeAnswer, choices: 1 }));
}

export async function continueText(call: ProviderCall): Promise<ProviderAnswer> {
  const request = readCompletion(call, takenFields);
  const stops = stopsOf(request.stop, []);
  const pieces = await generate(call, {
    inputs: promptOf(request.prompt),
    stops,
    parameters: readParameters(request),
    maxTokens: request.max_tokens ?? undefined,
    tellsTokens: typeof request.logprobs === "number",
  });
  return completionOfPieces(call, cutPieces(pieces, { stops, dropsFirstSpace: false, choices: 1 }));
}

interface Generation {
  readonly inputs: string;
  readonly stops: readonly string[];
  readonly parameters: TgiParameters;
  readonly maxTokens: number | undefined;
  readonly tellsTokens: boolean;
}

/** Asks again, with less, where the server tells that its own bounds are narrower than usual ones. */
async function generate(call: ProviderCall, generation: Generation): Promise<AsyncGenerator<Piece>> {
  const { inputs, stops, maxTokens } = generation;
  let parameters: TgiParameters = {
    ...generation.parameters,
    max_new_tokens: maxTokens ?? usualMaxTokens(call.upstream, inputs),
    stop: stops.slice(0, usualStops),
  };
  for (let tries = 1; ; tries += 1) {
    try {
      return await begun(ask(call, { inputs, parameters }, generation.tellsTokens));
    } catch (error) {
      const less = tries > 2 ? undefined : withLess(parameters, error, maxTokens === undefined);
      if (less === undefined) throw error;
      parameters = less;
    }
  }
}

async function* ask(
  { upstream, wire, stream, requestId, clock }: ProviderCall,
  body: { readonly inputs: string; readonly parameters: TgiParameters },
  tellsTokens: boolean,
): AsyncGenerator<Piece> {
  const { target } = upstream;
  const answer = await wire.send({
    method: "POST",
    url: `${target.url}/${stream ? "generate_stream" : "generate"}`,
    headers: ["content-type", "application/json", "x-request-id", requestId, ...authHeaders(target)],
    body: JSON.stringify(body),
  });
  yield* readPieces(answer, { stream, tellsTokens, nowMs: clock.now() });
}

function withLess(parameters: TgiParameters, error: unknown, mayShorten: boolean): TgiParameters | undefined {
  if (!(error instanceof ProviderFailure)) return undefined;
  const [, mostStops] = /`stop` supports up to (\d+) stop sequences/.exec(error.message) ?? [];
  if (mostStops !== undefined)
    return { ...parameters, stop: (parameters["stop"] as readonly string[]).slice(0, Number(mostStops)) };
  const [, most, given] =
    /`inputs` tokens \+ `max_new_tokens` must be <= (\d+)\. Given: (\d+) `inputs` tokens/.exec(
      error.message,
    ) ?? [];
  const room = Number(most) - Number(given);
  return mayShorten && room > 0 ? { ...parameters, max_new_tokens: room } : undefined;
}

function promptOf(prompt: CompletionRequest["prompt"]): string {
  const [only, ...others] = typeof prompt === "string" ? [prompt] : prompt;
  if (typeof only === "string" && others.length === 0) return only;
  throw untranslatable("prompt", "TGI", "give one text");
}
