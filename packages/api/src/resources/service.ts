import { z } from "../schema.ts";
import { imageSchema, pipelineTaskSchema, taskSchema } from "../tasks.ts";
import { handlerSpecSchema } from "./handler.ts";
import { nameSchema } from "./profile.ts";
import { mountSchema, resourcesSchema, runtimeSchema, slurmJobSchema, transportSchema } from "./slurm.ts";

export const serviceStatusSchema = z.enum([
  "SUBMITTED",
  "PENDING",
  "STARTING",
  "HEALTHY",
  "UNHEALTHY",
  "STOPPING",
  "STOPPED",
  "FAILED",
  "TIMEOUT",
  "PREEMPTED",
]);
export type ServiceStatus = z.infer<typeof serviceStatusSchema>;

export const engineNameSchema = z.enum([
  "llama-cpp",
  "transformers-js",
  "whisper-cpp",
  "vllm",
  "tgi",
  "whisper",
  "command",
  "handler",
]);
export type EngineName = z.infer<typeof engineNameSchema>;

/** Options every engine understands in its own way; an engine refuses by name the ones it has not. */
export const engineOptionsSchema = z.strictObject({
  maxInputTokens: z.number().int().positive().optional(),
  maxTotalTokens: z.number().int().positive().optional(),
  /** Sequences answered at once; more wait in line. */
  parallel: z.number().int().min(1).max(256).optional(),
  threads: z.number().int().min(1).max(1024).optional(),
  gpuLayers: z.union([z.literal("auto"), z.number().int().min(0)]).optional(),
  /** LoRA adapters: GGUF files and their scales. */
  lora: z.array(z.strictObject({ path: z.string(), scale: z.number() })).optional(),
  /** Which file of the model, by quantisation or relative path. */
  file: z.string().optional(),
  /** GPUs that share the model; as many as the service has when absent. */
  numShard: z.number().int().min(1).max(1024).optional(),
  sharded: z.boolean().optional(),
  disableCustomKernels: z.boolean().optional(),
  /** Runs code that lies in the model's repository. Off unless asked. */
  trustRemoteCode: z.boolean().optional(),
  maxStopSequences: z.number().int().min(1).max(1024).optional(),
  maxBatchPrefillTokens: z.number().int().positive().optional(),
  /** `/dev/shm` of a container. */
  sharedMemoryMiB: z.number().int().positive().optional(),
  /** A pipeline may fetch images and sounds from URLs of this machine and its network. Off unless asked. */
  allowPrivateUrls: z.boolean().optional(),
  /** What came after `--`, word by word. */
  extra: z.array(z.string()).optional(),
});
export type EngineOptions = z.infer<typeof engineOptionsSchema>;

/** Any server the user names. `{port}`, `{socket}`, `{key}` and `{model}` in `argv` and `env` are filled in. */
export const commandSpecSchema = z.strictObject({
  argv: z.array(z.string()).min(1),
  // files are named for them where they hold secrets
  env: z.record(z.string().regex(/^[^=/\0]+$/, "give names of environment variables"), z.string()).optional(),
  cwd: z.string().optional(),
  healthPath: z.string().regex(/^\//, "start the health path with /").optional(),
  startTimeoutSeconds: z.number().positive().optional(),
});
export type CommandSpec = z.infer<typeof commandSpecSchema>;

export const createServiceSchema = z.strictObject({
  image: imageSchema.optional(),
  /** Of a `pipeline`: which of the Hub's tasks it is to do; what the model is made for when absent. */
  task: pipelineTaskSchema.optional(),
  /** A repository id, a model id, or a path; absent for `command` and `handler` (or the name they answer to). */
  model: z.string().min(1).max(1024).optional(),
  revision: z.string().min(1).max(256).optional(),
  name: nameSchema.optional(),
  profile: z.string().optional(),
  engine: engineNameSchema.optional(),
  /** The service's own local port; a free one from BERTH_SERVICE_PORTS when absent. */
  port: z.number().int().min(1024).max(65535).optional(),
  /** A key of the service's own, good on its port and for this service only. Kept hashed. */
  apiKey: z.string().min(8).max(512).optional(),
  options: engineOptionsSchema.optional(),
  command: commandSpecSchema.optional(),
  handler: handlerSpecSchema.optional(),
  /** What to ask the scheduler for; only for Slurm profiles. */
  resources: resourcesSchema.optional(),
  /** How the engine is wrapped; chosen by what the place has when absent. */
  runtime: runtimeSchema.optional(),
  /** The container image: a reference (`vllm/vllm-openai:v0.20.0`), or a .sif file's path. The engine's usual one when absent. */
  container: z
    .string()
    .max(1024)
    .regex(/^[A-Za-z0-9/~.][A-Za-z0-9_./:@~+-]*$/, "container: give an image reference or a .sif file's path")
    .optional(),
  mounts: z.array(mountSchema).max(64).optional(),
  /** Environment of the engine. Values are hidden wherever services are shown. */
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string()).optional(),
  /** Before its wall time ends, a successor is submitted; it takes over without a gap. */
  renew: z.boolean().optional(),
  /** Stops itself after this long without a request. */
  idleTimeoutSeconds: z.number().int().min(10).optional(),
  /** Launch although other users of the node could reach the engine's port. */
  allowSharedPort: z.boolean().optional(),
  /** Launch although the memory estimate does not fit. */
  force: z.boolean().optional(),
});
export type CreateService = z.infer<typeof createServiceSchema>;

/** What may be changed as a service is started again. */
export const restartServiceSchema = z.strictObject({
  /** In place of those it was launched with; none of them when the list is empty. */
  options: engineOptionsSchema.pick({ lora: true }).optional(),
});
export type RestartService = z.infer<typeof restartServiceSchema>;

/** What a failed service's log shows to be wrong. */
export const diagnosisSchema = z.object({
  /** A word for programs: out_of_memory, disk_quota, gated_model, missing_module, cuda_mismatch, bad_option ... */
  kind: z.string(),
  summary: z.string(),
  /** The lines that prove it. */
  evidence: z.array(z.string()),
  /** What to do, in words. */
  advice: z.string(),
  /** The corrected command, where there is one. */
  command: z.string().nullable(),
});
export type Diagnosis = z.infer<typeof diagnosisSchema>;

/** The launch that takes over before the wall time ends. */
export const successorSchema = z.object({
  launchId: z.string(),
  status: z.enum(["PENDING", "STARTING", "HEALTHY"]),
  job: slurmJobSchema.nullable(),
  expectedReadyAt: z.number().int().nullable(),
});

/** What is true of a service at the moment and is stored nowhere. */
export const liveShape = {
  inFlight: z.number().int(),
  lastActivityAt: z.number().int().nullable(),
  memoryMiB: z.number().int().nullable(),
  /** Of a Slurm profile's launch. */
  job: slurmJobSchema.nullable(),
  /** Null until its runner is reached. */
  transport: transportSchema.nullable(),
  /** While it is not ready: the start that is expected, and how long this model took to load here. */
  expectedReadyAt: z.number().int().nullable(),
  successor: successorSchema.nullable(),
};

export const serviceSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** Whose replica it is, and of which of its deployments. Null: it is its own. */
  replicaOf: z.object({ endpointId: z.string(), deployment: z.number().int() }).nullable().default(null),
  image: imageSchema,
  task: taskSchema,
  /** The model's repository id, or what a command says it serves. */
  model: z.string().nullable(),
  revision: z.string().nullable(),
  modelPath: z.string().nullable(),
  profile: z.string(),
  engine: engineNameSchema,
  runtime: runtimeSchema,
  options: engineOptionsSchema,
  command: commandSpecSchema.nullable(),
  handler: handlerSpecSchema.nullable().default(null),
  resources: resourcesSchema.nullable().default(null),
  container: z.string().nullable().default(null),
  mounts: z.array(mountSchema).default([]),
  env: z.record(z.string(), z.string()).default({}),
  renew: z.boolean().default(false),
  idleTimeoutSeconds: z.number().int().nullable().default(null),
  allowSharedPort: z.boolean().default(false),
  diagnosis: diagnosisSchema.nullable().default(null),
  status: serviceStatusSchema,
  /** Why it is in this status, in words: "exit code 1 ...", "loading 62 %". */
  statusReason: z.string().nullable(),
  /** The last lines of the engine's log, when it ended badly. */
  logTail: z.array(z.string()).nullable(),
  port: z.number().int().nullable(),
  hasApiKey: z.boolean(),
  restarts: z.number().int(),
  /** When the next restart is due, while backing off. */
  retryAt: z.number().int().nullable(),
  unreachableSince: z.number().int().nullable(),
  contextTokens: z.number().int().nullable(),
  parallel: z.number().int().nullable(),
  estimatedMemoryMiB: z.number().int().nullable(),
  ...liveShape,
  createdAt: z.number().int(),
  updatedAt: z.number().int(),
  /** When it last became healthy since it was ordered. */
  healthyAt: z.number().int().nullable(),
  endedAt: z.number().int().nullable(),
});
export type Service = z.infer<typeof serviceSchema>;

/** What a launch would do: printed by `--dry-run`, shown by the console before the button. */
export const launchPreviewSchema = z.object({
  service: createServiceSchema,
  name: z.string(),
  model: z.string().nullable(),
  revision: z.string().nullable(),
  /** Why this revision: "newest of 2 on this profile". */
  revisionReason: z.string().nullable(),
  engine: engineNameSchema,
  /** On a cluster: the pulled .sif file that Apptainer will run. */
  imageFile: z.string().nullable(),
  argv: z.array(z.string()),
  env: z.record(z.string(), z.string()),
  /** The script that sbatch is given, on a Slurm profile. */
  jobScript: z.string().nullable(),
  /** `sbatch --test-only`: when it would start. */
  expectedStartAt: z.number().int().nullable(),
  files: z.array(z.object({ path: z.string(), mode: z.string(), content: z.string() })),
  memory: z.object({ neededMiB: z.number().int().nullable(), freeMiB: z.number().int(), fits: z.boolean() }),
  warnings: z.array(z.string()),
  /** The steps as the CLI tells them. */
  steps: z.array(z.string()),
});
export type LaunchPreview = z.infer<typeof launchPreviewSchema>;
