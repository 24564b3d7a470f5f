/**
 * vLLM's server. Shapes: entrypoints/openai (engine/protocol.py and its neighbours) of vllm-project/vllm as stored in
 * 2026; what its first releases did differently is an option.
 */
import { json, type Script } from "../fake-model-server-script.ts";
import { rerank } from "./openai-double-embeddings.ts";
import { operation } from "./openai-double-routes.ts";
import { created, type OpenAiFailure, type OpenAiOptions, type OpenAiWire } from "./openai-double-wire.ts";
import { type ProviderDouble, startProviderDouble } from "./provider-double.ts";

export interface VllmDoubleOptions extends OpenAiOptions {
  /** Without it, nobody needs a key. */
  readonly apiKey?: string;
  readonly model?: string;
  readonly maxModelLen?: number;
  /** Errors without `error` around them, thoughts under `reasoning_content`, and stop strings short of their last token. */
  readonly old?: boolean;
}

export function startVllmDouble(options: VllmDoubleOptions = {}): Promise<ProviderDouble> {
  const model = options.model ?? "acme/tiny";
  const old = options.old === true;
  const maxModelLen = options.maxModelLen ?? 4096;
  const failure = (of: OpenAiFailure): Script => vllmFailure(of, old);
  const wire: OpenAiWire = {
    checks: "types",
    failure,
    modelNamed: (name) => (name === model ? model : undefined),
    contextTokens: maxModelLen,
    reasoningField: old ? "reasoning_content" : "reasoning",
    keepsOfCompletionStop: old ? "all but its last token" : "nothing",
    choiceExtras: (stopSequence) => ({ stop_reason: stopSequence ?? null }),
    reasoningModels: [],
  };
  return startProviderDouble(options, (request, index) => {
    if (request.path === "/health") return nothing;
    const open = options.apiKey === undefined || !request.path.startsWith("/v1");
    if (!open && request.headers.authorization !== `Bearer ${options.apiKey}`) {
      return json({ error: "Unauthorized" }, 401);
    }
    if (request.path === "/version") return json({ version: old ? "0.2.7" : "0.15.0" });
    if (request.path === "/v1/models") {
      const card = { id: model, object: "model", created, owned_by: "vllm", root: model, parent: null };
      return json({ object: "list", data: [{ ...card, max_model_len: maxModelLen, permission: [] }] });
    }
    if (["/rerank", "/v1/rerank", "/v2/rerank"].includes(request.path)) {
      return rerank(wire, request.json, "vllm");
    }
    const [, name = ""] = /^\/v1\/(.+)$/.exec(request.path) ?? [];
    return operation(wire, options, name, request, index) ?? json({ detail: "Not Found" }, 404);
  });
}

const nothing: Script = [{ do: "head", status: 200, headers: { "content-length": "0" } }, { do: "end" }];

function vllmFailure(failure: OpenAiFailure, old: boolean): Script {
  const error = (status: number, message: string, type: string, param: string | null = null): Script =>
    old
      ? json({ object: "error", message, type, param, code: status }, status)
      : json({ error: { message, type, param, code: status } }, status);
  switch (failure.kind) {
    case "invalid":
      return error(400, failure.message, "BadRequestError", failure.param);
    case "context_length":
      return error(
        400,
        `This model's maximum context length is ${failure.limit} tokens. However, you requested ${failure.tokens} tokens in the messages, Please reduce the length of the messages.`,
        "BadRequestError",
      );
    case "unknown_model":
      return error(404, `The model \`${failure.model}\` does not exist.`, "NotFoundError");
    case "rate_limited":
    case "quota":
    case "overloaded":
      return error(503, "Service Unavailable", "ServiceUnavailableError");
    case "content_filter":
    case "server_error":
      return error(500, "Internal server error", "InternalServerError");
    case "no_such_route":
      return json({ detail: "Not Found" }, 404);
  }
}
