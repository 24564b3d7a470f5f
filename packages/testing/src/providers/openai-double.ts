/**
 * OpenAI's API. Shapes: src/resources of openai/openai-node as of 2026-08-21; errors: as api.openai.com has answered
 * users, 2025 and 2026.
 */
import { json, type Script } from "../fake-model-server-script.ts";
import { operation } from "./openai-double-routes.ts";
import { rerank } from "./openai-double-embeddings.ts";
import { created, type OpenAiFailure, type OpenAiOptions, type OpenAiWire } from "./openai-double-wire.ts";
import {
  type Fields,
  type ProviderDouble,
  type ProviderRequest,
  startProviderDouble,
} from "./provider-double.ts";

export interface OpenAiDoubleOptions extends OpenAiOptions {
  /** Without it, any key is taken, but one must be there. */
  readonly apiKey?: string;
  readonly models?: readonly string[];
  /** Those of `models` that refuse `max_tokens`, `stop` and `temperature`. */
  readonly reasoningModels?: readonly string[];
  readonly contextTokens?: number;
  /** OpenAI ranks nothing; servers that follow Jina do, at `/v1/rerank`. */
  readonly reranks?: boolean;
}

export function startOpenAiDouble(options: OpenAiDoubleOptions = {}): Promise<ProviderDouble> {
  const models = options.models ?? ["gpt-tiny"];
  const wire: OpenAiWire = {
    checks: "all",
    failure: openAiFailure,
    modelNamed: (name) => models.find((model) => model === name),
    contextTokens: options.contextTokens ?? 128_000,
    reasoningField: undefined,
    keepsOfCompletionStop: "nothing",
    obfuscation: "yZQ3",
    answerExtras: { service_tier: "default", system_fingerprint: "fp_5154047bf2" },
    reasoningModels: options.reasoningModels ?? [],
  };
  return startProviderDouble(options, (request, index) => {
    const refused = refusedKey(options, request);
    if (refused !== undefined) return refused;
    const [, name = ""] = /^\/v1\/(.+)$/.exec(request.path) ?? [];
    if (request.method === "GET" && name === "models") {
      return json({ object: "list", data: models.map((id) => modelObject(id)) });
    }
    if (request.method === "GET" && name.startsWith("models/")) {
      const id = decodeURIComponent(name.slice("models/".length));
      return models.includes(id)
        ? json(modelObject(id))
        : openAiFailure({ kind: "unknown_model", model: id });
    }
    if (options.reranks === true && name === "rerank") return rerank(wire, request.json, "jina");
    return operation(wire, options, name, request, index) ?? openAiFailure({ kind: "no_such_route" });
  });
}

function modelObject(id: string): Fields {
  return { id, object: "model", created, owned_by: "system" };
}

function openAiFailure(failure: OpenAiFailure): Script {
  const error = (
    status: number,
    of: { message: string; type?: string; param?: string | undefined; code?: string | undefined },
    headers: Readonly<Record<string, string>> = {},
  ): Script => {
    const { message, type = "invalid_request_error", param = null, code = null } = of;
    return json({ error: { message, type, param, code } }, status, {
      "x-request-id": "req_4a1b2c3d4e5f",
      ...headers,
    });
  };
  switch (failure.kind) {
    case "invalid":
      return error(400, { message: failure.message, param: failure.param, code: failure.code });
    case "unknown_model":
      return error(404, {
        message: `The model \`${failure.model}\` does not exist or you do not have access to it.`,
        code: "model_not_found",
      });
    case "context_length":
      return error(400, {
        message: `This model's maximum context length is ${failure.limit} tokens. However, your messages resulted in ${failure.tokens} tokens. Please reduce the length of the messages.`,
        param: failure.param,
        code: "context_length_exceeded",
      });
    case "rate_limited":
      return error(
        429,
        {
          message:
            "Rate limit reached for gpt-tiny in organization org-1 on requests per min (RPM): Limit 3, Used 3, Requested 1.",
          type: "requests",
          code: "rate_limit_exceeded",
        },
        {
          "retry-after": String(Math.ceil(failure.retryAfterMs / 1000)),
          "retry-after-ms": String(failure.retryAfterMs),
          "x-ratelimit-limit-requests": "3",
          "x-ratelimit-remaining-requests": "0",
          "x-ratelimit-reset-requests": `${failure.retryAfterMs}ms`,
        },
      );
    case "quota":
      return error(429, {
        message: "You exceeded your current quota, please check your plan and billing details.",
        type: "insufficient_quota",
        code: "insufficient_quota",
      });
    case "content_filter":
      return error(400, {
        message: "Your request was rejected as a result of our safety system.",
        code: "content_policy_violation",
      });
    case "server_error":
      return error(500, {
        message: "The server had an error while processing your request. Sorry about that!",
        type: "server_error",
      });
    case "overloaded":
      return error(503, {
        message: "The engine is currently overloaded, please try again later",
        type: "server_error",
      });
    case "no_such_route":
      return error(404, { message: "Invalid URL" });
  }
}

function refusedKey(options: OpenAiDoubleOptions, request: ProviderRequest): Script | undefined {
  const [, key] = /^Bearer (.+)$/.exec(request.headers.authorization ?? "") ?? [];
  if (key !== undefined && (options.apiKey === undefined || key === options.apiKey)) return undefined;
  const message =
    key === undefined
      ? "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY)."
      : "Incorrect API key provided. You can find your API key at https://platform.openai.com/account/api-keys.";
  const code = key === undefined ? null : "invalid_api_key";
  return json({ error: { message, type: "invalid_request_error", param: null, code } }, 401);
}
