import { json, type Script, type Step } from "../fake-model-server-script.ts";
import { textOf } from "./openai-double-chat.ts";
import { created, type OpenAiFailure, type OpenAiOptions, type OpenAiWire } from "./openai-double-wire.ts";
import { asText, type Fields, fields, list, type ProviderRequest, replyTo } from "./provider-double.ts";
import { echo, generate, tokensOf } from "./reply.ts";

const known = new Set(
  "background conversation include input instructions max_output_tokens max_tool_calls metadata model parallel_tool_calls previous_response_id prompt prompt_cache_key prompt_cache_retention reasoning safety_identifier service_tier store stream stream_options temperature text tool_choice tools top_logprobs top_p truncation user".split(
    " ",
  ),
);

/** What `POST …/responses` answers. Shapes: src/resources/responses/responses.ts of openai/openai-node, 2026-08-21. */
export function responses(
  wire: OpenAiWire,
  options: OpenAiOptions,
  request: ProviderRequest,
  index: number,
): Script {
  const body = fields(request.json) ?? {};
  const wrong = invalidRequest(body);
  if (wrong !== undefined) return wire.failure(wrong);
  const model = wire.modelNamed(body.model);
  if (model === undefined) return wire.failure({ kind: "unknown_model", model: String(body.model) });
  return replyTo(options, request, index, {}, (reply) => {
    if (reply.error !== undefined) return wire.failure(reply.error);
    const calls = list(body.tools) === undefined ? [] : (reply.toolCalls ?? []);
    const silent = calls.length > 0 || reply.refusal !== undefined;
    const generated = generate(reply.text ?? (silent ? "" : echo(lastUserText(body.input))), {
      maxTokens: typeof body.max_output_tokens === "number" ? body.max_output_tokens : undefined,
      stop: [],
      keepsOfStop: "nothing",
    });
    const complete = generated.end !== "length";
    const status = complete ? "completed" : "incomplete";
    const said = [
      ...(generated.text === ""
        ? []
        : [{ type: "output_text", text: generated.text, annotations: [], logprobs: [] }]),
      ...(reply.refusal === undefined ? [] : [{ type: "refusal", refusal: reply.refusal }]),
    ];
    const output: Fields[] = [
      ...(reply.reasoning === undefined
        ? []
        : [{ type: "reasoning", id: "rs_1", summary: [{ type: "summary_text", text: reply.reasoning }] }]),
      ...(said.length === 0
        ? []
        : [{ type: "message", id: "msg_1", status, role: "assistant", content: said }]),
      ...calls.map((call, at) => ({
        type: "function_call",
        id: `fc_${at + 1}`,
        call_id: call.id,
        name: call.name,
        arguments: JSON.stringify(call.arguments),
        status: "completed",
      })),
    ];
    const inputTokens = tokensOf([asText(body.instructions), allText(body.input)].join(" ")).length;
    const reasoningTokens = tokensOf(reply.reasoning ?? "").length;
    const outputTokens = reasoningTokens + generated.tokens.length + calls.length;
    const shell = {
      id: "resp_67ccd2bed1ec8190b14f964abc0542670bb6a6b452d3795b",
      object: "response",
      created_at: created,
      status: "in_progress",
      error: null,
      incomplete_details: null,
      instructions: body.instructions ?? null,
      max_output_tokens: body.max_output_tokens ?? null,
      model,
      output: [],
      parallel_tool_calls: body.parallel_tool_calls ?? true,
      previous_response_id: body.previous_response_id ?? null,
      temperature: body.temperature ?? 1,
      tool_choice: body.tool_choice ?? "auto",
      tools: body.tools ?? [],
      top_p: body.top_p ?? 1,
      metadata: body.metadata ?? {},
      usage: null,
    };
    const finished = {
      ...shell,
      status,
      incomplete_details: complete ? null : { reason: "max_output_tokens" },
      output,
      usage: {
        input_tokens: inputTokens,
        input_tokens_details: { cached_tokens: reply.cachedTokens ?? 0, cache_write_tokens: 0 },
        output_tokens: outputTokens,
        output_tokens_details: { reasoning_tokens: reasoningTokens },
        total_tokens: inputTokens + outputTokens,
      },
    };
    if (body.stream !== true) {
      return reply.breaksAfterTokens === undefined ? json(finished) : wire.failure({ kind: "server_error" });
    }
    const items = output.flatMap((item, at) => itemEvents(item, at));
    const start = [
      { type: "response.created", response: shell },
      { type: "response.in_progress", response: shell },
    ];
    return named(
      reply.breaksAfterTokens === undefined
        ? [...start, ...items, { type: `response.${status}`, response: finished }]
        : [
            ...start,
            ...upToDelta(items, reply.breaksAfterTokens),
            {
              type: "error",
              code: "server_error",
              message: "The server had an error while processing your request. Sorry about that!",
              param: null,
            },
          ],
    );
  });
}

/** Everything that is sent for one item of the output, from its start to its end. */
function itemEvents(item: Fields, at: number): Fields[] {
  const place = { output_index: at };
  const inside = { item_id: item.id, ...place };
  const added = (empty: Fields): Fields => ({
    type: "response.output_item.added",
    ...place,
    item: { ...item, ...empty },
  });
  const doneEvent = { type: "response.output_item.done", ...place, item };
  switch (item.type) {
    case "reasoning": {
      const part = fields(list(item.summary)?.[0]) ?? {};
      const where = { ...inside, summary_index: 0 };
      return [
        added({ summary: [] }),
        { type: "response.reasoning_summary_part.added", ...where, part: { ...part, text: "" } },
        ...tokensOf(String(part.text)).map((delta) => ({
          type: "response.reasoning_summary_text.delta",
          ...where,
          delta,
        })),
        { type: "response.reasoning_summary_text.done", ...where, text: part.text },
        { type: "response.reasoning_summary_part.done", ...where, part },
        doneEvent,
      ];
    }
    case "function_call":
      return [
        added({ arguments: "", status: "in_progress" }),
        ...(String(item.arguments).match(/.{1,7}/gsu) ?? []).map((delta) => ({
          type: "response.function_call_arguments.delta",
          ...inside,
          delta,
        })),
        {
          type: "response.function_call_arguments.done",
          ...inside,
          name: item.name,
          arguments: item.arguments,
        },
        doneEvent,
      ];
    default:
      return [
        added({ content: [], status: "in_progress" }),
        ...(list(item.content) ?? []).flatMap((part, index) => partEvents(fields(part) ?? {}, inside, index)),
        doneEvent,
      ];
  }
}

function partEvents(part: Fields, inside: Fields, index: number): Fields[] {
  const where = { ...inside, content_index: index };
  const refuses = part.type === "refusal";
  const field = refuses ? "refusal" : "text";
  const kind = refuses ? "response.refusal" : "response.output_text";
  const logprobs = refuses ? {} : { logprobs: [] };
  return [
    { type: "response.content_part.added", ...where, part: { ...part, [field]: "" } },
    ...tokensOf(String(part[field])).map((delta) => ({
      type: `${kind}.delta`,
      ...where,
      delta,
      ...logprobs,
    })),
    { type: `${kind}.done`, ...where, [field]: part[field], ...logprobs },
    { type: "response.content_part.done", ...where, part },
  ];
}

function upToDelta(events: readonly Fields[], most: number): Fields[] {
  const deltas = events.filter((item) => item.type === "response.output_text.delta");
  const next = deltas[most];
  return events.slice(0, next === undefined ? events.length : events.indexOf(next));
}

function named(events: readonly Fields[]): Script {
  return [
    { do: "head", status: 200, headers: { "content-type": "text/event-stream; charset=utf-8" } },
    ...events.map((item, at): Step => {
      const data = JSON.stringify({ ...item, sequence_number: at });
      return { do: "write", bytes: `event: ${String(item.type)}\ndata: ${data}\n\n` };
    }),
    { do: "end" },
  ];
}

function invalidRequest(body: Fields): OpenAiFailure | undefined {
  const missing = ["model", "input"].find((name) => body[name] === undefined);
  if (missing !== undefined) {
    return {
      kind: "invalid",
      message: `Missing required parameter: '${missing}'.`,
      param: missing,
      code: "missing_required_parameter",
    };
  }
  const extra = Object.keys(body).find((name) => !known.has(name));
  if (extra !== undefined) {
    return {
      kind: "invalid",
      message: `Unknown parameter: '${extra}'.`,
      param: extra,
      code: "unknown_parameter",
    };
  }
  if (typeof body.input !== "string" && list(body.input) === undefined) {
    return {
      kind: "invalid",
      message: "Invalid type for 'input': expected one of a string or an array of input items.",
      param: "input",
      code: "invalid_type",
    };
  }
  for (const [at, item] of (list(body.input) ?? []).entries()) {
    const { type, role, output, call_id: callId } = fields(item) ?? {};
    const param =
      type === "function_call_output" && (callId === undefined || output === undefined)
        ? `input[${at}].${callId === undefined ? "call_id" : "output"}`
        : type === undefined && role === undefined
          ? `input[${at}].role`
          : undefined;
    if (param !== undefined) {
      return {
        kind: "invalid",
        message: `Missing required parameter: '${param}'.`,
        param,
        code: "missing_required_parameter",
      };
    }
  }
  // the tools of this API carry their name at the top, unlike those of a chat
  const nameless = (list(body.tools) ?? []).findIndex((tool) => {
    const { type, name } = fields(tool) ?? {};
    return type === "function" && typeof name !== "string";
  });
  return nameless < 0
    ? undefined
    : {
        kind: "invalid",
        message: `Missing required parameter: 'tools[${nameless}].name'.`,
        param: `tools[${nameless}].name`,
        code: "missing_required_parameter",
      };
}

function allText(input: unknown): string {
  if (typeof input === "string") return input;
  return (list(input) ?? []).map((item) => textOf(fields(item)?.content ?? fields(item)?.output)).join(" ");
}

function lastUserText(input: unknown): string {
  if (typeof input === "string") return input;
  const last = (list(input) ?? []).findLast(
    (item) => fields(item)?.role === "user" || fields(item)?.type === "function_call_output",
  );
  return textOf(fields(last)?.content ?? fields(last)?.output);
}
