import { expect, test } from "vitest";
import { configFacts, configTask } from "./config-facts.ts";

test.each([
  ["LlamaForCausalLM", false, 2, "text-generation"],
  ["GPT2LMHeadModel", false, 2, "text-generation"],
  ["Gemma3ForConditionalGeneration", false, 2, "text-generation"],
  ["T5ForConditionalGeneration", false, 2, "unknown"],
  ["WhisperForConditionalGeneration", false, 2, "automatic-speech-recognition"],
  ["Wav2Vec2ForCTC", false, 2, "automatic-speech-recognition"],
  ["BertModel", false, 2, "feature-extraction"],
  ["XLMRobertaModel", false, 2, "feature-extraction"],
  ["Qwen3ForCausalLM", true, 2, "feature-extraction"],
  ["XLMRobertaForSequenceClassification", false, 1, "text-ranking"],
  ["DistilBertForSequenceClassification", false, 2, "text-classification"],
  ["BertForMaskedLM", false, 2, "unknown"],
  [null, false, 2, "unknown"],
] as const)(
  "%s (sentence-transformers: %s, labels: %s) is for %s",
  (name, isSentenceTransformer, labels, task) => {
    expect(configTask(name, isSentenceTransformer, labels)).toBe(task);
  },
);

const sources = {
  tokenizerConfig: null,
  hasChatTemplateFile: false,
  isSentenceTransformer: false,
  licence: null,
  format: "safetensors",
  parameters: null,
} as const;

test.each([
  [
    "an inner text_config counts where the outer is silent",
    { text_config: { hidden_size: 8 } },
    { embeddingLength: 8 },
  ],
  [
    "GPT-2's own names count",
    { n_embd: 8, n_head: 2, n_layer: 3, n_ctx: 9 },
    { layers: 3, headSize: 4, kvHeads: 2 },
  ],
  [
    "a quantised model tells how",
    { quantization_config: { quant_method: "awq", bits: 4 } },
    { quantisation: "AWQ-4" },
  ],
  ["dtype is told as on the hub", { dtype: "float16" }, { quantisation: "F16" }],
  [
    "nonsense tells nothing",
    { hidden_size: "big", architectures: 7 },
    { embeddingLength: null, architecture: null },
  ],
])("%s", (_, config, facts) => {
  expect(configFacts({ ...sources, config })).toMatchObject(facts);
});
