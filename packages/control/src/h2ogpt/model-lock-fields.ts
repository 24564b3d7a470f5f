import { z } from "@berth/api";
import { nearest } from "@berth/std/nearest";

/** A field that was given and comes to nothing, and why. */
export interface IgnoredField {
  readonly field: string;
  readonly reason: string;
}

const text = z.string().nullish();
/** Command lines make texts of numbers. */
const fromText = (value: unknown) =>
  typeof value === "string" && value.trim() !== "" ? Number(value) : value;
const numeric = z.preprocess(fromText, z.number().nullish()).optional();
const count = z.preprocess(fromText, z.number().int().min(1).nullish()).optional();

/** Sampling, by h2oGPT's names, and what OpenAI's API and its kin call it. */
export const samplingFields = {
  temperature: "temperature",
  top_p: "top_p",
  top_k: "top_k",
  min_p: "min_p",
  repetition_penalty: "repetition_penalty",
  presence_penalty: "presence_penalty",
  frequency_penalty: "frequency_penalty",
  seed: "seed",
  max_new_tokens: "max_tokens",
} as const;
type SamplingField = keyof typeof samplingFields;

/** What an entry of `model_lock` may say that has a meaning here; everything else is told as ignored. */
export const modelLockEntrySchema = z.looseObject({
  base_model: text,
  display_name: text,
  inference_server: text,
  prompt_type: text,
  prompt_dict: z.unknown().optional(),
  chat_template: text,
  tokenizer_base_model: text,
  max_seq_len: count,
  max_output_seq_len: count,
  h2ogpt_key: text,
  visible_models: z.unknown().optional(),
  system_prompt: text,
  max_time: numeric,
  ...(Object.fromEntries(Object.keys(samplingFields).map((name) => [name, numeric])) as Record<
    SamplingField,
    typeof numeric
  >),
});

const loading = "Berth loads no model for an entry: it is of those that h2oGPT loads itself";
const images = "images go to the server as the caller sends them";
const structured = "a server is asked for JSON as the caller asks for it";
const sampling = "servers' APIs have no such setting";

const reasons: Readonly<Record<string, readonly string[]>> = {
  [loading]: [
    "attention_sinks",
    "compile_model",
    "exllama_dict",
    "force_seq2seq_type",
    "force_t5_type",
    "gpu_id",
    "gptq_dict",
    "hf_model_dict",
    "llamacpp_dict",
    "llamacpp_path",
    "load_4bit",
    "load_8bit",
    "load_awq",
    "load_exllama",
    "load_gptq",
    "load_half",
    "local_files_only",
    "lora_weights",
    "low_bit_mode",
    "offload_folder",
    "resume_download",
    "revision",
    "rope_scaling",
    "sink_dict",
    "truncation_generation",
    "trust_remote_code",
    "use_autogptq",
    "use_flash_attention_2",
    "use_gpu_id",
    "use_safetensors",
  ],
  [images]: [
    "auto_visible_vision_models",
    "image_format",
    "image_resolution",
    "images_num_max",
    "is_actually_vision_model",
    "is_vision_model",
    "rotate_align_resize_image",
    "video_frame_period",
    "visible_image_models",
    "visible_vision_models",
  ],
  [structured]: ["guided_vllm", "json", "json_vllm"],
  [sampling]: [
    "do_sample",
    "early_stopping",
    "enable_caching",
    "min_new_tokens",
    "num_beams",
    "num_return_sequences",
    "penalty_alpha",
  ],
};
const reasonOf = new Map(
  Object.entries(reasons).flatMap(([reason, fields]) => fields.map((field) => [field, reason])),
);
const known = [...Object.keys(modelLockEntrySchema.shape), ...reasonOf.keys()];

/** The fields of an entry that come to nothing. One that is null says nothing, and is none. */
export function ignoredFields(entry: Readonly<Record<string, unknown>>): IgnoredField[] {
  return Object.keys(entry)
    .filter((field) => !(field in modelLockEntrySchema.shape) && (entry[field] ?? undefined) !== undefined)
    .map((field) => ({ field, reason: reasonOf.get(field) ?? unknownReason(field) }));
}

function unknownReason(field: string): string {
  if (field.startsWith("image_batch_")) return images;
  const near = nearest(field, known);
  return near.length === 0 ? "it is unknown" : `it is unknown: did you mean ${near.join(" or ")}?`;
}
