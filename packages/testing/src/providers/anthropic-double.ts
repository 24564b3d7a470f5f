/**
 * Anthropic's Messages API in its versions of 2023-06-01 and 2026-10-21, which differ here in that the later takes no
 * sampling at all. Shapes: src/resources/{messages/messages,models,shared}.ts and the recorded streams in tests/ of
 * anthropics/anthropic-sdk-typescript as of 2026-08-19; errors and events: docs.claude.com, api/errors and
 * messages-streaming, same time, api/migration-2026-10-21 as of 2026-11; the words of refusals as users have quoted them.
 */
import { json, type Script } from "../fake-model-server-script.ts";
import { messageStream } from "./anthropic-double-stream.ts";
import { blocksOf, invalidMessagesRequest } from "./anthropic-double-validation.ts";
import {
  type Fields,
  fields,
  list,
  type ProviderDouble,
  type ProviderDoubleOptions,
  type ProviderRequest,
  replyTo,
  startProviderDouble,
} from "./provider-double.ts";
import { echo, generate, type Reply, tokensOf } from "./reply.ts";

export interface AnthropicReply extends Reply {
  /** Instead of what follows from the text, the limits and the calls. */
  readonly stopReason?: "pause_turn" | "refusal" | "model_context_window_exceeded";
  /** How many of the prompt's tokens were written to the cache, and read from it. */
  readonly cached?: { readonly created: number; readonly read: number };
  readonly error?: AnthropicError;
}

export type AnthropicError =
  | { readonly kind: "rate_limited"; readonly retryAfterSeconds: number }
  | { readonly kind: "overloaded" | "api_error" | "permission" };

export interface AnthropicDoubleOptions extends ProviderDoubleOptions<AnthropicReply> {
  /** Without it, any key is taken, but one must be there. */
  readonly apiKey?: string;
  readonly models?: readonly string[];
  /** Those of `models` that refuse `temperature` and its like, as those after Claude Opus 4.6 do. */
  readonly unsampledModels?: readonly string[];
  readonly maxOutputTokens?: number;
  readonly contextTokens?: number;
  /** Older streams told only the tokens of the output in `message_delta`. */
  readonly deltaUsage?: "whole" | "output only";
}

const requestId = "req_018EeWyXxfu5pfWkrYcMdjWG";

export function startAnthropicDouble(options: AnthropicDoubleOptions = {}): Promise<ProviderDouble> {
  const models = options.models ?? ["claude-tiny"];
  return startProviderDouble(options, (request, index) => {
    const refused = refusedHeaders(options, request);
    if (refused !== undefined) return refused;
    const route = `${request.method} ${request.path}`;
    if (route === "GET /v1/models") return listed(models, request.query);
    if (request.method === "GET" && request.path.startsWith("/v1/models/")) {
      const id = decodeURIComponent(request.path.slice("/v1/models/".length));
      return models.includes(id) ? json(modelInfo(id), 200, ids) : notFound(`model: ${id}`);
    }
    const counts = route === "POST /v1/messages/count_tokens";
    if (!counts && route !== "POST /v1/messages") return notFound("Not Found");
    const body = fields(request.json);
    if (body === undefined) return invalid("The request body is not valid JSON");
    const wrong = invalidMessagesRequest(body, counts ? "count" : "create", {
      maxOutputTokens: options.maxOutputTokens ?? 8192,
      unsampledModels: options.unsampledModels ?? [],
      samples: request.headers["anthropic-version"] === "2023-06-01",
    });
    if (wrong !== undefined) return invalid(wrong);
    if (!models.includes(String(body.model))) return notFound(`model: ${String(body.model)}`);
    const inputTokens = promptTokens(body);
    if (counts) return json({ input_tokens: inputTokens }, 200, ids);
    const most = options.contextTokens ?? 200_000;
    if (inputTokens > most) return invalid(`prompt is too long: ${inputTokens} tokens > ${most} maximum`);
    return replyTo(options, request, index, {}, (reply) => speak(options, reply, body, inputTokens));
  });
}

const ids = { "request-id": requestId };

function speak(
  options: AnthropicDoubleOptions,
  reply: AnthropicReply,
  body: Fields,
  inputTokens: number,
): Script {
  if (reply.error !== undefined) return failure(reply.error);
  const calls = list(body.tools) === undefined ? [] : (reply.toolCalls ?? []);
  const generated = generate(reply.text ?? (calls.length > 0 ? "" : echo(lastUserText(body))), {
    maxTokens: Number(body.max_tokens),
    stop: (list(body.stop_sequences) ?? []).map(String),
    keepsOfStop: "nothing",
  });
  const thinking = fields(body.thinking)?.type;
  const thought = thinking === "enabled" || thinking === "adaptive" ? reply.reasoning : undefined;
  const content: Fields[] = [
    ...(thought === undefined ? [] : [{ type: "thinking", thinking: thought, signature: "c2lnbmVk" }]),
    ...(generated.text === "" ? [] : [{ type: "text", text: generated.text }]),
    ...calls.map((call) => ({ type: "tool_use", id: call.id, name: call.name, input: call.arguments })),
  ];
  const reasons = { end: "end_turn", length: "max_tokens", stop: "stop_sequence" } as const;
  const { created, read } = reply.cached ?? { created: 0, read: 0 };
  const outputText = [thought ?? "", generated.text, ...calls.map((call) => JSON.stringify(call.arguments))];
  const message = {
    id: "msg_01XFDUDYJgAACzvnptvVoYEL",
    type: "message",
    role: "assistant",
    model: body.model,
    content,
    stop_reason: reply.stopReason ?? (calls.length > 0 ? "tool_use" : reasons[generated.end]),
    stop_sequence: generated.stopSequence ?? null,
    usage: {
      // what the cache held or took is not counted again here
      input_tokens: Math.max(0, inputTokens - created - read),
      cache_creation_input_tokens: created,
      cache_read_input_tokens: read,
      output_tokens: tokensOf(outputText.filter((text) => text !== "").join(" ")).length,
      output_tokens_details: thought === undefined ? null : { thinking_tokens: tokensOf(thought).length },
      service_tier: "standard",
    },
  };
  if (body.stream === true) {
    return messageStream(message, options.deltaUsage ?? "whole", reply.breaksAfterTokens, ids);
  }
  return reply.breaksAfterTokens === undefined ? json(message, 200, ids) : failure({ kind: "overloaded" });
}

function failure(error: AnthropicError): Script {
  switch (error.kind) {
    case "rate_limited":
      return errorBody(
        429,
        "rate_limit_error",
        "This request would exceed your organization's rate limit of 50 requests per minute.",
        {
          "retry-after": String(error.retryAfterSeconds),
          "anthropic-ratelimit-requests-limit": "50",
          "anthropic-ratelimit-requests-remaining": "0",
        },
      );
    case "overloaded":
      return errorBody(529, "overloaded_error", "Overloaded");
    case "api_error":
      return errorBody(500, "api_error", "Internal server error");
    case "permission":
      return errorBody(
        403,
        "permission_error",
        "Your API key does not have permission to use the specified resource.",
      );
  }
}

function refusedHeaders(options: AnthropicDoubleOptions, request: ProviderRequest): Script | undefined {
  const [, bearer] = /^Bearer (.+)$/.exec(request.headers.authorization ?? "") ?? [];
  const key = request.headers["x-api-key"] ?? bearer;
  if (key === undefined || key === "") {
    return errorBody(401, "authentication_error", "x-api-key header is required");
  }
  if (options.apiKey !== undefined && key !== options.apiKey) {
    return errorBody(401, "authentication_error", "invalid x-api-key");
  }
  const version = request.headers["anthropic-version"];
  if (version === undefined) return invalid("anthropic-version: header is required");
  return version === "2023-06-01" || version === "2026-10-21"
    ? undefined
    : invalid(`anthropic-version: ${String(version)} is not a valid version`);
}

function invalid(message: string): Script {
  return errorBody(400, "invalid_request_error", message);
}

function notFound(message: string): Script {
  return errorBody(404, "not_found_error", message);
}

function errorBody(
  status: number,
  type: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Script {
  return json({ type: "error", error: { type, message }, request_id: requestId }, status, {
    ...ids,
    ...headers,
  });
}

function listed(models: readonly string[], query: URLSearchParams): Script {
  const after = query.get("after_id");
  const from = after === null ? 0 : models.indexOf(after) + 1;
  const page = models.slice(from, from + Number(query.get("limit") ?? 20));
  return json(
    {
      data: page.map(modelInfo),
      has_more: from + page.length < models.length,
      first_id: page[0] ?? null,
      last_id: page.at(-1) ?? null,
    },
    200,
    ids,
  );
}

function modelInfo(id: string): Fields {
  return {
    type: "model",
    id,
    display_name: id,
    created_at: "2026-02-04T00:00:00Z",
    max_input_tokens: 200_000,
    max_tokens: 8192,
    capabilities: null,
  };
}

/** Every word of the system prompt and the messages, and of the tools as JSON. */
function promptTokens(body: Fields): number {
  const texts = [
    ...blocksOf(body.system),
    ...(list(body.messages) ?? []).flatMap((message) => blocksOf(fields(message)?.content)),
  ].map(blockText);
  return tokensOf([...texts, ...(list(body.tools) ?? []).map((tool) => JSON.stringify(tool))].join(" "))
    .length;
}

function lastUserText(body: Fields): string {
  const users = (list(body.messages) ?? []).filter((message) => fields(message)?.role === "user");
  return blocksOf(fields(users.at(-1))?.content)
    .map(blockText)
    .filter((text) => text !== "")
    .join(" ");
}

function blockText(block: Fields): string {
  if (typeof block.text === "string") return block.text;
  return block.type === "tool_result" ? blocksOf(block.content).map(blockText).join(" ") : "";
}
