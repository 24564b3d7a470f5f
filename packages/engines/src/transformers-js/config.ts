import { z } from "@berth/api";
import { speechConfigSchema } from "../speech/config.ts";

/** How weights are held, in Transformers.js's words; each is a file of its own. */
export const dtypeSchema = z.enum(["fp32", "fp16", "q8", "int8", "uint8", "q4", "q4f16", "bnb4"]);
export type Dtype = z.infer<typeof dtypeSchema>;

/**
 * What an engine process of Transformers.js is told, as JSON in a 0600 file: the plan's result and the process's whole
 * input. Each task has its own form.
 */
export const transformersJsConfigSchema = z.discriminatedUnion("task", [
  z.strictObject({
    task: z.literal("automatic-speech-recognition"),
    /** The model's folder. */
    modelPath: z.string().min(1),
    dtype: dtypeSchema,
    speech: speechConfigSchema,
  }),
]);
export type TransformersJsConfig = z.infer<typeof transformersJsConfigSchema>;
