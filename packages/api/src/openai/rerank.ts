import { z } from "../schema.ts";

/** Cohere's and Jina's form, which vLLM, llama.cpp and LiteLLM speak too. */
export const rerankRequestSchema = z.looseObject({
  model: z.string().nullish(),
  query: z.string().min(1),
  documents: z
    .array(z.union([z.string(), z.looseObject({ text: z.string() })]))
    .min(1)
    .max(10_000),
  top_n: z.number().int().min(1).nullish(),
  return_documents: z.boolean().nullish(),
});
export type RerankRequest = z.infer<typeof rerankRequestSchema>;
