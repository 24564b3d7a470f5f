import type { EmbeddingRequest } from "@berth/api/openai";
import type { EmbeddingList, Usage } from "../openai/shapes.ts";
import { untranslatable } from "./require-translatable.ts";

/** The texts to embed. Throws BerthError for tokens, which are of another model's vocabulary. */
export function embeddingTexts({ input }: EmbeddingRequest, provider: string): readonly string[] {
  const inputs: readonly unknown[] = typeof input === "string" ? [input] : input;
  if (inputs.every((one) => typeof one === "string")) return inputs;
  throw untranslatable("input", provider, "give texts, not tokens");
}

/** Embeddings in the form that was asked for, in the order of the texts. `model`: the caller's name. */
export function embeddingList(
  vectors: readonly (readonly number[])[],
  { model, encoding_format: form }: EmbeddingRequest,
  usage: Usage | undefined,
): EmbeddingList {
  return {
    object: "list",
    model: model ?? "",
    data: vectors.map((vector, index) => ({
      object: "embedding",
      index,
      embedding: form === "base64" ? packed(vector) : vector,
    })),
    ...(usage === undefined ? {} : { usage }),
  };
}

function packed(vector: readonly number[]): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes.toString("base64");
}
