import { pipelineTaskSchema, z } from "@berth/api";
import { speechConfigSchema } from "../speech/config.ts";

/** How weights are held, in Transformers.js's words; each is a file of its own. */
export const dtypeSchema = z.enum(["fp32", "fp16", "q8", "int8", "uint8", "q4", "q4f16", "bnb4"]);
export type Dtype = z.infer<typeof dtypeSchema>;

/** What a pipeline is told, whatever its task. */
export const pipelineConfigSchema = z.strictObject({
  task: pipelineTaskSchema,
  /** `GET /predict` tells it as `model`. */
  servedName: z.string().min(1),
  threads: z.number().int().min(1),
  /** Images and sounds may be fetched from URLs of this machine and its network. */
  allowPrivateUrls: z.boolean(),
  /** Of a request's JSON, and of its form in all. */
  maxBodyBytes: z.number().int().positive(),
  /** Of one image or sound. */
  maxMediaBytes: z.number().int().positive(),
  /** Longer audio is refused. */
  maxAudioSeconds: z.number().positive(),
});
export type PipelineConfig = z.infer<typeof pipelineConfigSchema>;

/**
 * What an engine process of Transformers.js is told, as JSON in a 0600 file: the plan's result and the process's whole
 * input. Speech in OpenAI's words has its own form; all else is a pipeline.
 */
export const transformersJsConfigSchema = z.discriminatedUnion("task", [
  z.strictObject({
    task: z.literal("automatic-speech-recognition"),
    /** The model's folder. */
    modelPath: z.string().min(1),
    dtype: dtypeSchema,
    speech: speechConfigSchema,
  }),
  z.strictObject({
    task: z.literal("pipeline"),
    modelPath: z.string().min(1),
    dtype: dtypeSchema,
    pipeline: pipelineConfigSchema,
  }),
]);
export type TransformersJsConfig = z.infer<typeof transformersJsConfigSchema>;
export type SpeechModelConfig = Extract<TransformersJsConfig, { task: "automatic-speech-recognition" }>;
export type PipelineModelConfig = Extract<TransformersJsConfig, { task: "pipeline" }>;
