import { json, type Script } from "../fake-model-server-script.ts";
import { brokenEvent, eventStream } from "./openai-double-chat.ts";
import { wrongSampling } from "./openai-double-chat-validation.ts";
import { created, type OpenAiOptions, type OpenAiWire } from "./openai-double-wire.ts";
import { asText, type Fields, fields, list, type ProviderRequest, replyTo } from "./provider-double.ts";
import { echo, generate, tokensOf } from "./reply.ts";

/** What `POST …/completions` answers: a continuation for each prompt, `n` times. */
export function completions(
  wire: OpenAiWire,
  options: OpenAiOptions,
  request: ProviderRequest,
  index: number,
): Script {
  const body = fields(request.json) ?? {};
  if (body.model === undefined) {
    return wire.failure({ kind: "invalid", message: "you must provide a model parameter" });
  }
  const prompts = promptsOf(body.prompt);
  if (prompts === undefined) {
    return wire.failure({ kind: "invalid", message: "Invalid type for 'prompt'.", param: "prompt" });
  }
  const wrong = wrongSampling(body, wire);
  if (wrong !== undefined) return wire.failure(wrong);
  const model = wire.modelNamed(body.model);
  if (model === undefined) return wire.failure({ kind: "unknown_model", model: asText(body.model) });
  const promptTokens = prompts.reduce((sum, prompt) => sum + tokensOf(prompt).length, 0);
  if (promptTokens > wire.contextTokens) {
    return wire.failure({
      kind: "context_length",
      limit: wire.contextTokens,
      tokens: promptTokens,
      param: "prompt",
    });
  }
  return replyTo(options, request, index, {}, (reply) => {
    if (reply.error !== undefined) return wire.failure(reply.error);
    const times = typeof body.n === "number" ? body.n : 1;
    const choices = prompts
      .flatMap((prompt) => Array.from({ length: times }, () => prompt))
      .map((prompt, at) => ({
        at,
        prompt,
        generated: generate(reply.text ?? echo(prompt), {
          maxTokens: mostTokens(body, wire),
          stop: typeof body.stop === "string" ? [body.stop] : (list(body.stop) ?? []).map(String),
          keepsOfStop: wire.keepsOfCompletionStop,
        }),
      }));
    const frame = { id: "cmpl-uqkvlQyYK7bGYrRHQ0eXlWi7", object: "text_completion", created, model };
    const completionTokens = choices.reduce((sum, { generated }) => sum + generated.tokens.length, 0);
    const usage = {
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
      total_tokens: promptTokens + completionTokens,
    };
    const choice = (at: number, text: string, reason: string | null, stop?: string): Fields => ({
      text,
      index: at,
      logprobs: typeof body.logprobs === "number" && text !== "" ? logprobs(text, body.logprobs) : null,
      finish_reason: reason,
      ...wire.choiceExtras?.(stop, text),
    });
    const reasons = { end: "stop", stop: "stop", length: "length" } as const;
    if (body.stream !== true) {
      if (reply.breaksAfterTokens !== undefined) return wire.failure({ kind: "server_error" });
      return json({
        ...frame,
        choices: choices.map(({ at, prompt, generated }) =>
          choice(
            at,
            (body.echo === true ? prompt : "") + generated.text,
            reasons[generated.end],
            generated.stopSequence,
          ),
        ),
        usage,
        ...wire.answerExtras,
      });
    }
    const asksUsage = fields(body.stream_options)?.include_usage === true;
    const chunk = (given: readonly Fields[], tokens: Fields | null = null): Fields => ({
      ...frame,
      choices: given,
      ...(asksUsage ? { usage: tokens } : {}),
    });
    const texts = choices.flatMap(({ at, prompt, generated }) =>
      [...(body.echo === true ? [prompt] : []), ...generated.tokens].map((text) =>
        chunk([choice(at, text, null)]),
      ),
    );
    const ends = choices.map(({ at, generated }) =>
      chunk([choice(at, "", reasons[generated.end], generated.stopSequence)]),
    );
    return reply.breaksAfterTokens === undefined
      ? eventStream([...texts, ...ends, ...(asksUsage ? [chunk([], usage)] : [])], true)
      : eventStream([...texts.slice(0, reply.breaksAfterTokens), brokenEvent], false);
  });
}

/** Null is as good as nothing to OpenAI, and no bound to others. */
function mostTokens({ max_tokens: most }: Fields, wire: OpenAiWire): number | undefined {
  if (typeof most === "number") return most;
  return most === null && wire.checks === "types" ? undefined : 16;
}

function logprobs(text: string, top: number): Fields {
  const tokens = tokensOf(text);
  return {
    tokens,
    token_logprobs: tokens.map(() => -0.25),
    top_logprobs: top === 0 ? null : tokens.map((token) => ({ [token]: -0.25 })),
    text_offset: tokens.map((_, at) => tokens.slice(0, at).join("").length),
  };
}

/** One text, several, or tokens, which are told by their numbers; undefined for anything else. */
export function promptsOf(given: unknown): string[] | undefined {
  if (typeof given === "string") return [given];
  const items = list(given);
  if (items === undefined || items.length === 0) return undefined;
  if (items.every((item) => typeof item === "string")) return items.slice();
  if (items.every((item) => Number.isInteger(item))) return [items.join(" ")];
  const inner = items.map((item) => list(item));
  return inner.every((item) => item?.every((token) => Number.isInteger(token)) === true)
    ? inner.map((item) => (item ?? []).join(" "))
    : undefined;
}
