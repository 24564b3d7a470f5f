import { z } from "../schema.ts";
import { imageSchema, taskSchema } from "../tasks.ts";

/** What can be told of a model without loading it. `null` means the files do not say. */
export const modelFactsSchema = z.object({
  format: z.enum(["gguf", "ggml", "safetensors", "onnx", "other"]),
  task: taskSchema,
  architecture: z.string().nullable(),
  parameters: z.number().int().nullable(),
  quantisation: z.string().nullable(),
  contextTokens: z.number().int().nullable(),
  embeddingLength: z.number().int().nullable(),
  layers: z.number().int().nullable(),
  kvHeads: z.number().int().nullable(),
  headSize: z.number().int().nullable(),
  hasChatTemplate: z.boolean(),
  licence: z.string().nullable(),
});
export type ModelFacts = z.infer<typeof modelFactsSchema>;

/**
 * One revision of a model that lies on a profile's disk and can be run. `id` is stable for as long as the files stay
 * where they are.
 */
export const modelSchema = z.object({
  id: z.string(),
  repo: z.string(),
  /** The commit; `local` for a plain directory or file, `demo` for the one we ship. */
  revision: z.string(),
  /** Branches and tags that point at the revision. */
  refs: z.array(z.string()),
  profile: z.string(),
  location: z.enum(["home", "cache", "directory", "demo"]),
  path: z.string(),
  /** The file an engine opens when the model is one of several files in `path`; relative to `path`. */
  files: z.array(
    z.object({ path: z.string(), sizeBytes: z.number().int(), quantisation: z.string().nullable() }),
  ),
  sizeBytes: z.number().int(),
  status: z.enum(["ready", "incomplete", "corrupt"]),
  statusReason: z.string().nullable(),
  image: imageSchema,
  facts: modelFactsSchema.nullable(),
  /** Weights, context and working memory for one sequence at the model's default context. */
  estimatedMemoryMiB: z.number().int().nullable(),
  modifiedAt: z.number().int(),
});
export type Model = z.infer<typeof modelSchema>;

/** A profile whose disk cannot be looked at now: its models are those that were last seen there, if any ever were. */
export const staleListingSchema = z.object({
  profile: z.string(),
  seenAt: z.number().int().nullable(),
  reason: z.string(),
});
export type StaleListing = z.infer<typeof staleListingSchema>;

/** A model on the hub, as search shows it. */
export const hubModelSchema = z.object({
  id: z.string(),
  task: z.string().nullable(),
  downloads: z.number().int(),
  likes: z.number().int(),
  gated: z.union([z.literal(false), z.enum(["auto", "manual"])]),
  private: z.boolean(),
  updatedAt: z.number().int().nullable(),
  /** Whether an engine on this machine can run it. */
  runnable: z.boolean(),
});
export type HubModel = z.infer<typeof hubModelSchema>;

/** One choice of files out of a hub repository: a GGUF quantisation, or the whole snapshot. */
export const hubVariantSchema = z.object({
  /** `Q4_K_M`, `Q8_0` ..., or `all`. */
  name: z.string(),
  files: z.array(z.string()),
  sizeBytes: z.number().int(),
  estimatedMemoryMiB: z.number().int().nullable(),
  recommended: z.boolean(),
});
export type HubVariant = z.infer<typeof hubVariantSchema>;

export const hubRepoSchema = hubModelSchema.extend({
  revision: z.string(),
  branches: z.array(z.string()),
  tags: z.array(z.string()),
  variants: z.array(hubVariantSchema),
  files: z.array(z.object({ path: z.string(), sizeBytes: z.number().int() })),
  licence: z.string().nullable(),
});
export type HubRepo = z.infer<typeof hubRepoSchema>;
