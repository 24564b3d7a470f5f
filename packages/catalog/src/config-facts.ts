import type { ModelFacts } from "@berth/api";
import { configTask } from "./config-task.ts";

/** Facts of a model from its `config.json` and the small files beside it, as transformers writes them. Reads nothing. */
export interface ConfigSources {
  /** The parsed `config.json`, if there is one. */
  readonly config: unknown;
  readonly tokenizerConfig: unknown;
  /** Whether `chat_template.jinja` or `chat_template.json` lies beside it. */
  readonly hasChatTemplateFile: boolean;
  /** Whether `modules.json` says it is a sentence-transformers model. */
  readonly isSentenceTransformer: boolean;
  readonly licence: string | null;
  /** What the model's card says it is for. */
  readonly pipelineTag: string | null;
  readonly format: "safetensors" | "onnx" | "other";
  readonly parameters: number | null;
}

export function configFacts(sources: ConfigSources): ModelFacts {
  const config = asRecord(sources.config);
  // models with several towers keep the language model's numbers one level down
  const inner = asRecord(config["text_config"] ?? config["llm_config"]);
  const number = (...keys: string[]): number | null => {
    for (const key of keys) {
      const value = config[key] ?? inner[key];
      if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
    }
    return null;
  };
  const heads = number("num_attention_heads", "n_head", "num_heads", "decoder_attention_heads");
  const embeddingLength = number("hidden_size", "d_model", "n_embd", "dim");
  const architectures = config["architectures"];
  const architecture = Array.isArray(architectures) ? String(architectures[0] ?? "") || null : null;
  return {
    format: sources.format,
    task: configTask({
      architecture,
      isSentenceTransformer: sources.isSentenceTransformer,
      labels: labelsOf(config),
      tag: sources.pipelineTag,
    }),
    architecture: architecture ?? text(config["model_type"]),
    parameters: sources.parameters,
    quantisation: quantisation(config, inner),
    contextTokens: number(
      "max_position_embeddings",
      "n_positions",
      "max_seq_len",
      "n_ctx",
      "max_target_positions",
    ),
    embeddingLength,
    layers: number("num_hidden_layers", "n_layer", "num_layers", "n_layers", "decoder_layers"),
    kvHeads: number("num_key_value_heads") ?? heads,
    headSize:
      number("head_dim") ??
      (embeddingLength === null || heads === null || heads === 0
        ? null
        : Math.floor(embeddingLength / heads)),
    hasChatTemplate:
      sources.hasChatTemplateFile || asRecord(sources.tokenizerConfig)["chat_template"] !== undefined,
    licence: sources.licence,
  };
}

/** By their names; as many without a name as `num_labels` says. */
function labelsOf(config: Record<string, unknown>): readonly string[] {
  const named = Object.values(asRecord(config["id2label"])).map(String);
  const count = config["num_labels"];
  if (typeof count === "number" && Number.isSafeInteger(count) && count >= 0 && count < 1e6)
    return Array.from({ length: count }, (_, index) => named[index] ?? "");
  // transformers writes no labels when there are the default two
  return named.length > 0 ? named : ["", ""];
}

function quantisation(config: Record<string, unknown>, inner: Record<string, unknown>): string | null {
  const quantised = asRecord(config["quantization_config"]);
  const method = text(quantised["quant_method"]);
  if (method !== null) {
    const bits = quantised["bits"];
    return typeof bits === "number" ? `${method.toUpperCase()}-${bits}` : method.toUpperCase();
  }
  const type = text(config["dtype"] ?? config["torch_dtype"] ?? inner["dtype"] ?? inner["torch_dtype"]);
  return type === null ? null : type.toUpperCase().replace("BFLOAT", "BF").replace("FLOAT", "F");
}

export function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

const text = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);
