import type { ChatRequest, CompletionRequest, ResponseFormat } from "@berth/api/openai";
import { untranslatable } from "../require-translatable.ts";

/** Of a chat or a completion, what TGI can be told: all else is refused. */
export const takenFields: ReadonlySet<string> = new Set([
  "max_tokens",
  "max_completion_tokens",
  "temperature",
  "top_p",
  "top_k",
  "typical_p",
  "repetition_penalty",
  "frequency_penalty",
  "seed",
  "stop",
  "logprobs",
  "top_logprobs",
  "response_format",
]);

/** `parameters` of TGI's requests, with which it does as it is told. */
export type TgiParameters = Readonly<Record<string, unknown>>;

/** TGI refuses a temperature or a `top_p` of 0, and a `top_p` of 1. */
const least = 0.01;

/**
 * Without what the caller, or the server, has to say of `stop` and `max_new_tokens`. Throws BerthError `unsupported` for a
 * value that TGI has no words for.
 */
export function readParameters(request: ChatRequest | CompletionRequest): TgiParameters {
  const { top_logprobs: topOfChat, logprobs, response_format: format } = request as ChatRequest;
  const top = typeof logprobs === "number" ? logprobs : topOfChat;
  return {
    ...sampling(request),
    ...said("repetition_penalty", request["repetition_penalty"]),
    ...said("frequency_penalty", request.frequency_penalty),
    ...said("seed", seedOf(request.seed)),
    ...said("top_n_tokens", top === 0 ? undefined : top),
    ...said("grammar", format === null || format === undefined ? undefined : grammarOf(format)),
    details: true,
    return_full_text: false,
  };
}

/** Any of these has TGI sample, so that for none of it none may be there. */
function sampling(request: ChatRequest | CompletionRequest): TgiParameters {
  const { temperature, top_p: topP, top_k: topK } = request;
  if (temperature === 0) return { do_sample: false };
  return {
    ...(typeof temperature === "number"
      ? { do_sample: true, temperature: Math.max(temperature, least) }
      : {}),
    ...said("top_p", typeof topP === "number" && topP < 1 ? Math.max(topP, least) : undefined),
    ...said("top_k", topK === 0 ? undefined : topK),
    ...said("typical_p", request["typical_p"]),
  };
}

function said(name: string, value: unknown): TgiParameters {
  return value === undefined || value === null ? {} : { [name]: value };
}

function seedOf(seed: number | null | undefined): number | null | undefined {
  if (typeof seed !== "number" || seed >= 0) return seed;
  throw untranslatable("seed", "TGI", "give one from 0 on");
}

function grammarOf(format: ResponseFormat): object | undefined {
  switch (format.type) {
    case "text":
      return undefined;
    case "json_schema":
      return { type: "json", value: format.json_schema.schema };
    case "json_object":
      throw untranslatable("response_format", "TGI", "give a schema with `json_schema`");
  }
}
