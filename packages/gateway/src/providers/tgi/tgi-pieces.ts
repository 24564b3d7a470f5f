import { readSse } from "@berth/std/sse-reader";
import { tellsTooLong } from "../../failure.ts";
import type { FinishReason, TokenLogprob, Usage } from "../../openai/shapes.ts";
import type { Piece } from "../pieces/piece.ts";
import { ProviderFailure, type FailureKind } from "../provider-failure.ts";
import { readFailure } from "../read-failure.ts";
import { parseAnswer } from "../translated-answer.ts";
import type { WireAnswer } from "../wire.ts";

interface TgiToken {
  readonly text: string;
  readonly logprob: number | null;
  readonly special: boolean;
}

interface TgiDetails {
  readonly finish_reason?: string;
  readonly generated_tokens?: number;
  /** Of streams, and not in old releases. */
  readonly input_length?: number;
  readonly tokens?: readonly TgiToken[];
  readonly top_tokens?: readonly (readonly TgiToken[])[];
}

interface TgiWhole {
  readonly generated_text: string;
  readonly details?: TgiDetails | null;
}

type TgiEvent =
  | {
      readonly token: TgiToken;
      readonly top_tokens?: readonly TgiToken[];
      /** With the last token, and only then: the whole text. */
      readonly generated_text?: string | null;
      readonly details?: TgiDetails | null;
    }
  | { readonly error: string; readonly error_type?: string };

/** What an answer says, stream or not. Throws ProviderFailure for an error, which a stream tells as an event of a 200. */
export async function* readPieces(
  answer: WireAnswer,
  {
    stream,
    tellsTokens,
    nowMs,
  }: { readonly stream: boolean; readonly tellsTokens: boolean; readonly nowMs: number },
): AsyncGenerator<Piece> {
  if (answer.status >= 400) throw await failureOf(answer, nowMs);
  if (!stream) {
    yield wholePiece(answer, parseAnswer(await answer.text()) as TgiWhole, tellsTokens);
    return;
  }
  for await (const { data } of readSse(answer.body)) {
    const event = parseAnswer(data) as TgiEvent;
    if ("error" in event) throw failureIn(event);
    const { token, top_tokens: top, generated_text: whole, details } = event;
    const isLast = whole !== null && whole !== undefined;
    const { input_length: input, generated_tokens: output } = details ?? {};
    yield {
      text: token.special ? "" : token.text,
      ...(tellsTokens && !token.special ? { tokens: [logprobOf(token, top)] } : {}),
      ...(isLast ? { finish: finishOf(details?.finish_reason), usage: usageOf(input, output) } : {}),
    };
    if (isLast) return;
  }
}

function wholePiece(
  answer: WireAnswer,
  { generated_text: text, details }: TgiWhole,
  tellsTokens: boolean,
): Piece {
  const tokens = (details?.tokens ?? [])
    .map((token, at) => ({ token, top: details?.top_tokens?.[at] }))
    .filter(({ token }) => !token.special);
  const output = details?.generated_tokens ?? counted(answer.header("x-generated-tokens"));
  return {
    text,
    ...(tellsTokens ? { tokens: tokens.map(({ token, top }) => logprobOf(token, top)) } : {}),
    finish: finishOf(details?.finish_reason),
    usage: usageOf(counted(answer.header("x-prompt-tokens")), output),
  };
}

function logprobOf({ text, logprob }: TgiToken, top: readonly TgiToken[] | undefined): TokenLogprob {
  return {
    token: text,
    logprob: logprob ?? 0,
    bytes: [...Buffer.from(text)],
    ...(top === undefined
      ? {}
      : { top_logprobs: top.map((other) => ({ token: other.text, logprob: other.logprob ?? 0 })) }),
  };
}

function finishOf(reason: string | undefined): FinishReason {
  return reason === "length" ? "length" : "stop";
}

function usageOf(input: number | undefined, output: number | undefined): Usage | undefined {
  if (input === undefined || output === undefined) return undefined;
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
}

function counted(header: string | undefined): number | undefined {
  return header !== undefined && /^\d+$/.test(header) ? Number(header) : undefined;
}

/** TGI's own statuses: 424 says that the model broke, not that the request is wrong. */
const statuses: Readonly<Record<string, { readonly status: number; readonly kind: FailureKind }>> = {
  validation: { status: 422, kind: "refused" },
  overloaded: { status: 429, kind: "busy" },
  generation: { status: 424, kind: "failed" },
  incomplete_generation: { status: 500, kind: "failed" },
};

function failureIn({ error, error_type: type = "" }: Extract<TgiEvent, { error: string }>): ProviderFailure {
  const { status, kind } = statuses[type] ?? { status: 500, kind: "failed" };
  return new ProviderFailure({
    kind: tellsTooLong(status, error) ? "too_long" : kind,
    status,
    message: error,
  });
}

async function failureOf(answer: WireAnswer, nowMs: number): Promise<ProviderFailure> {
  const failure = await readFailure(answer, nowMs);
  if (failure.status !== 424) return failure;
  return new ProviderFailure({ kind: "failed", status: 424, message: failure.message });
}
