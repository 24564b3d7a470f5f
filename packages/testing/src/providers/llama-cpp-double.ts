/**
 * llama.cpp's server, as far as it differs from OpenAI's API. Shapes: tools/server/README.md of ggml-org/llama.cpp as
 * stored in 2026.
 */
import { json, type Script } from "../fake-model-server-script.ts";
import { rerank } from "./openai-double-embeddings.ts";
import { operation } from "./openai-double-routes.ts";
import { created, type OpenAiFailure, type OpenAiOptions, type OpenAiWire } from "./openai-double-wire.ts";
import { type Fields, type ProviderDouble, startProviderDouble } from "./provider-double.ts";

export interface LlamaCppDoubleOptions extends OpenAiOptions {
  /** Without it, nobody needs a key. */
  readonly apiKey?: string;
  /** What it calls its model; requests may call it anything. */
  readonly model?: string;
  readonly contextTokens?: number;
  readonly trainedContextTokens?: number;
  /** Until then everything but `/health` is answered 503. */
  readonly loaded?: () => boolean;
}

export function startLlamaCppDouble(options: LlamaCppDoubleOptions = {}): Promise<ProviderDouble> {
  const model = options.model ?? "../models/tiny-Q4_K_M.gguf";
  const contextTokens = options.contextTokens ?? 4096;
  const wire: OpenAiWire = {
    checks: "types",
    failure: llamaFailure,
    modelNamed: (name) => (typeof name === "string" ? name : model),
    contextTokens,
    reasoningField: "reasoning_content",
    keepsOfCompletionStop: "nothing",
    reasoningModels: [],
  };
  return startProviderDouble(options, (request, index) => {
    const { path } = request;
    const loading = options.loaded?.() === false;
    if (loading) return llamaError(503, "unavailable_error", "Loading model");
    if (path === "/health" || path === "/v1/health") return json({ status: "ok" });
    const open = ["/models", "/v1/models"].includes(path);
    if (
      !open &&
      options.apiKey !== undefined &&
      request.headers.authorization !== `Bearer ${options.apiKey}`
    ) {
      return llamaError(401, "authentication_error", "Invalid API Key");
    }
    if (open) return json(listed(model, options.trainedContextTokens ?? 131_072));
    if (path === "/props") return json(props(model, contextTokens));
    if (["/rerank", "/reranking", "/v1/rerank", "/v1/reranking"].includes(path)) {
      return rerank(wire, request.json, "llama.cpp");
    }
    const [, name = ""] = /^\/v1\/(.+)$/.exec(path) ?? [];
    // a request may leave the model out
    const body = request.json;
    const asked =
      typeof body === "object" && body !== null ? { ...request, json: { model, ...body } } : request;
    return operation(wire, options, name, asked, index) ?? llamaFailure({ kind: "no_such_route" });
  });
}

function listed(id: string, trainedContextTokens: number): Fields {
  return {
    object: "list",
    data: [
      {
        id,
        object: "model",
        created,
        owned_by: "llamacpp",
        meta: {
          vocab_type: 2,
          n_vocab: 128_256,
          n_ctx_train: trainedContextTokens,
          n_embd: 4096,
          n_params: 8_030_261_312,
          size: 4_912_898_304,
        },
      },
    ],
  };
}

function props(model: string, contextTokens: number): Fields {
  return {
    default_generation_settings: { id: 0, n_ctx: contextTokens, speculative: false, is_processing: false },
    total_slots: 1,
    model_path: model,
    chat_template: "{{ messages }}",
    modalities: { vision: false },
    build_info: "b7000-0123456",
    is_sleeping: false,
  };
}

function llamaError(code: number, type: string, message: string, more: Fields = {}): Script {
  return json({ error: { code, message, type, ...more } }, code);
}

function llamaFailure(failure: OpenAiFailure): Script {
  switch (failure.kind) {
    case "invalid":
      return llamaError(400, "invalid_request_error", failure.message);
    case "context_length":
      return llamaError(
        400,
        "exceed_context_size_error",
        `request (${failure.tokens} tokens) exceeds the available context size (${failure.limit} tokens)`,
        { n_prompt_tokens: failure.tokens, n_ctx: failure.limit },
      );
    case "unknown_model":
    case "no_such_route":
      return llamaError(404, "not_found_error", "File Not Found");
    case "rate_limited":
    case "quota":
    case "overloaded":
      return llamaError(503, "unavailable_error", "no slot available");
    case "content_filter":
    case "server_error":
      return llamaError(500, "server_error", "Internal server error");
  }
}
