import { expect, test } from "vitest";
import { configFacts } from "./config-facts.ts";

const sources = {
  tokenizerConfig: null,
  hasChatTemplateFile: false,
  isSentenceTransformer: false,
  licence: null,
  pipelineTag: null,
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
