import { done, event, json, type Script, type Step } from "../fake-model-server-script.ts";
import { invalidChat } from "./openai-double-chat-validation.ts";
import { created, type OpenAiOptions, type OpenAiReply, type OpenAiWire } from "./openai-double-wire.ts";
import { type Fields, fields, list, type ProviderRequest, replyTo } from "./provider-double.ts";
import { echo, type Generated, generate, type Reply, tokensOf } from "./reply.ts";

/** What `POST …/chat/completions` answers. */
export function chat(
  wire: OpenAiWire,
  options: OpenAiOptions,
  request: ProviderRequest,
  index: number,
): Script {
  const body = fields(request.json);
  if (body === undefined) {
    return wire.failure({
      kind: "invalid",
      message: "We could not parse the JSON body of your request.",
    });
  }
  const wrong = invalidChat(body, wire);
  if (wrong !== undefined) return wire.failure(wrong);
  const model = wire.modelNamed(body.model);
  if (model === undefined) return wire.failure({ kind: "unknown_model", model: String(body.model) });
  const promptTokens = tokensOf(
    (list(body.messages) ?? []).map((message) => textOf(fields(message)?.content)).join(" "),
  ).length;
  if (promptTokens > wire.contextTokens) {
    return wire.failure({
      kind: "context_length",
      limit: wire.contextTokens,
      tokens: promptTokens,
      param: "messages",
    });
  }
  return replyTo(options, request, index, {}, (reply) => {
    if (reply.error !== undefined) return wire.failure(reply.error);
    const said = say(wire, reply, body);
    if (body.stream === true) return stream(wire, reply, body, model, promptTokens, said);
    return reply.breaksAfterTokens === undefined
      ? json(whole(wire, reply, body, model, promptTokens, said))
      : wire.failure({ kind: "server_error" });
  });
}

/** The text of a message's content, parts joined. */
export function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  return (list(content) ?? [])
    .map((part) => fields(part)?.text)
    .filter((text) => typeof text === "string")
    .join(" ");
}

interface Said {
  readonly generated: Generated;
  readonly calls: NonNullable<Reply["toolCalls"]>;
  readonly thoughts: readonly string[];
  readonly finishReason: string;
}

function say(wire: OpenAiWire, reply: OpenAiReply, body: Fields): Said {
  const messages = (list(body.messages) ?? []).map((message) => fields(message) ?? {});
  const calls = list(body.tools) === undefined ? [] : (reply.toolCalls ?? []);
  const lastUser = messages.findLast((message) => message.role === "user" || message.role === "tool");
  const most = body.max_completion_tokens ?? body.max_tokens ?? undefined;
  const silent = calls.length > 0 || reply.refusal !== undefined;
  const generated = generate(reply.text ?? (silent ? "" : echo(textOf(lastUser?.content))), {
    maxTokens: most === undefined ? undefined : Number(most),
    stop: typeof body.stop === "string" ? [body.stop] : (list(body.stop) ?? []).map(String),
    keepsOfStop: "nothing",
  });
  const reasons = { end: "stop", stop: "stop", length: "length" } as const;
  return {
    generated,
    calls,
    thoughts: tokensOf(reply.reasoning ?? ""),
    finishReason: reply.finishReason ?? (calls.length > 0 ? "tool_calls" : reasons[generated.end]),
  };
}

function whole(
  wire: OpenAiWire,
  reply: OpenAiReply,
  body: Fields,
  model: string,
  promptTokens: number,
  said: Said,
): Fields {
  const { generated, calls, thoughts } = said;
  const message = {
    role: "assistant",
    content:
      generated.text === "" && (calls.length > 0 || reply.refusal !== undefined) ? null : generated.text,
    refusal: reply.refusal ?? null,
    ...(wire.reasoningField !== undefined && thoughts.length > 0
      ? { [wire.reasoningField]: thoughts.join("") }
      : {}),
    ...(calls.length > 0 ? { tool_calls: calls.map(wireCall) } : {}),
    ...(wire.checks === "all" ? { annotations: [] } : {}),
  };
  return {
    id: "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT",
    object: "chat.completion",
    created,
    model,
    choices: Array.from({ length: choicesOf(body) }, (_, index) => ({
      index,
      message,
      logprobs: body.logprobs === true ? logprobs(generated.tokens, body) : null,
      finish_reason: said.finishReason,
      ...wire.choiceExtras?.(generated.stopSequence, generated.text),
    })),
    usage: usage(wire, reply, body, promptTokens, said),
    ...wire.answerExtras,
    ...wire.wholeExtras,
  };
}

function stream(
  wire: OpenAiWire,
  reply: OpenAiReply,
  body: Fields,
  model: string,
  promptTokens: number,
  said: Said,
): Script {
  const streamOptions = fields(body.stream_options);
  const asksUsage = streamOptions?.include_usage === true;
  const hides = wire.obfuscation !== undefined && streamOptions?.include_obfuscation !== false;
  const obfuscation = hides ? { obfuscation: wire.obfuscation } : {};
  const chunk = (choices: readonly Fields[], tokens: Fields | null = null): Fields => ({
    id: "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT",
    object: "chat.completion.chunk",
    created,
    model,
    choices,
    ...wire.answerExtras,
    ...obfuscation,
    ...(asksUsage ? { usage: tokens } : {}),
  });
  const toEach = (delta: Fields, more: Fields = {}): Fields[] =>
    Array.from({ length: choicesOf(body) }, (_, index) =>
      chunk([{ index, delta, logprobs: null, finish_reason: null, ...more }]),
    );
  const { generated, calls, thoughts } = said;
  const texts = generated.tokens.map((content) =>
    toEach(
      { content },
      {
        ...(body.logprobs === true ? { logprobs: logprobs([content], body) } : {}),
        ...wire.choiceExtras?.(undefined, content),
      },
    ),
  );
  const field = wire.reasoningField;
  const head = [
    ...(wire.before ?? []),
    ...toEach(
      { role: "assistant", content: calls.length > 0 && generated.text === "" ? null : "", refusal: null },
      wire.choiceExtras?.(undefined, ""),
    ),
    ...(field === undefined ? [] : thoughts.flatMap((thought) => toEach({ [field]: thought }))),
    ...tokensOf(reply.refusal ?? "").flatMap((refusal) => toEach({ refusal })),
  ];
  const events =
    reply.breaksAfterTokens === undefined
      ? [
          ...head,
          ...texts.flat(),
          ...calls.flatMap((call, at) => callDeltas(call, at).flatMap((delta) => toEach(delta))),
          ...toEach(
            {},
            { finish_reason: said.finishReason, ...wire.choiceExtras?.(generated.stopSequence, "") },
          ),
          ...(wire.beforeEnd ?? []),
          ...(asksUsage ? [chunk([], usage(wire, reply, body, promptTokens, said))] : []),
        ]
      : [...head, ...texts.slice(0, reply.breaksAfterTokens).flat(), brokenEvent];
  return eventStream(events, reply.breaksAfterTokens === undefined);
}

/** What OpenAI sends when a model breaks in the middle. */
export const brokenEvent: Fields = {
  error: {
    message: "The server had an error while processing your request. Sorry about that!",
    type: "server_error",
    param: null,
    code: null,
  },
};

export function eventStream(events: readonly Fields[], ends: boolean): Script {
  return [
    { do: "head", status: 200, headers: { "content-type": "text/event-stream; charset=utf-8" } },
    ...events.map((item): Step => ({ do: "write", bytes: event(item) })),
    ...(ends ? [{ do: "write", bytes: done } as const] : []),
    { do: "end" },
  ];
}

/** The id and the name come first, the arguments in pieces after them. */
function callDeltas(call: NonNullable<Reply["toolCalls"]>[number], index: number): Fields[] {
  const piece = (of: Fields): Fields => ({ tool_calls: [{ index, ...of }] });
  return [
    piece({ id: call.id, type: "function", function: { name: call.name, arguments: "" } }),
    ...(JSON.stringify(call.arguments).match(/.{1,7}/gsu) ?? []).map((text) =>
      piece({ function: { arguments: text } }),
    ),
  ];
}

function wireCall(call: NonNullable<Reply["toolCalls"]>[number]): Fields {
  return {
    id: call.id,
    type: "function",
    function: { name: call.name, arguments: JSON.stringify(call.arguments) },
  };
}

function choicesOf(body: Fields): number {
  return typeof body.n === "number" ? body.n : 1;
}

function logprobs(tokens: readonly string[], body: Fields): Fields {
  const one = (token: string): Fields => ({ token, logprob: -0.25, bytes: [...Buffer.from(token)] });
  const top = typeof body.top_logprobs === "number" ? body.top_logprobs : 0;
  return {
    content: tokens.map((token) => ({
      ...one(token),
      top_logprobs: top === 0 ? [] : [one(token)],
    })),
    refusal: null,
  };
}

function usage(wire: OpenAiWire, reply: OpenAiReply, body: Fields, promptTokens: number, said: Said): Fields {
  const spoken = said.generated.tokens.length + tokensOf(reply.refusal ?? "").length;
  const inCalls = tokensOf(said.calls.map((call) => JSON.stringify(call.arguments)).join(" ")).length;
  const completion = (spoken + inCalls) * choicesOf(body) + said.thoughts.length;
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completion,
    total_tokens: promptTokens + completion,
    ...(wire.checks === "types"
      ? { prompt_tokens_details: { cached_tokens: reply.cachedTokens ?? 0 } }
      : {
          prompt_tokens_details: { cached_tokens: reply.cachedTokens ?? 0, audio_tokens: 0 },
          completion_tokens_details: {
            reasoning_tokens: said.thoughts.length,
            audio_tokens: 0,
            accepted_prediction_tokens: 0,
            rejected_prediction_tokens: 0,
          },
        }),
  };
}
