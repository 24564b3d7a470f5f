import { taskSchema, z } from "@berth/api";

/**
 * What an engine process of llama.cpp is told, as JSON in a 0600 file: the plan's result and the process's whole input.
 */
export const llamaCppConfigSchema = z.strictObject({
  /** The GGUF file, or the first of its parts. */
  modelPath: z.string().min(1),
  /** Answers carry it as `model` when the request names none. */
  servedName: z.string().min(1),
  task: taskSchema,
  /** Tokens one sequence may hold, prompt and answer together. `null`: the model's own, at most 4096. */
  contextTokens: z.number().int().positive().nullable(),
  /** Longer prompts are refused, although they would fit. */
  maxInputTokens: z.number().int().positive().nullable(),
  /** Sequences answered at once. */
  parallel: z.number().int().min(1).max(256),
  threads: z.number().int().min(1),
  /** `null`: what the machine's build of llama.cpp does best by itself (Metal on a Mac, else the processor). */
  gpuLayers: z.union([z.literal("auto"), z.number().int().min(0)]).nullable(),
  lora: z.array(z.strictObject({ path: z.string(), scale: z.number() })),
  /** Tokens evaluated together, over all sequences. */
  batchTokens: z.number().int().min(32).max(8192),
  flashAttention: z.enum(["auto", "on", "off"]),
  /** How keys and values are held: `q8_0` takes half the memory of `f16`. */
  cacheType: z.enum(["f16", "q8_0"]),
});
export type LlamaCppConfig = z.infer<typeof llamaCppConfigSchema>;
