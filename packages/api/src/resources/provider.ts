import { promptFormatSchema } from "../prompt-format.ts";
import { z } from "../schema.ts";
import { taskSchema } from "../tasks.ts";
import { nameSchema } from "./profile.ts";

/** How an inference server that Berth did not launch is spoken to. */
export const providerKindSchema = z.enum([
  "openai",
  "azure-openai",
  /** vLLM, SGLang, LM Studio, llama.cpp, Groq, Mistral, Together, an h2oGPT's OpenAI proxy ... */
  "openai-compatible",
  /** An OpenAI-compatible server whose chats are rendered here and sent to `/v1/completions`. */
  "vllm-completions",
  "tgi",
  "ollama",
  /** Any Gradio app, h2oGPT among them. */
  "gradio",
  "replicate",
  "sagemaker",
  "anthropic",
  "gemini",
]);
export type ProviderKind = z.infer<typeof providerKindSchema>;

/** US dollars. Cached tokens are those that the server says it had read before; reasoning counts as output. */
export const priceSchema = z.strictObject({
  inputPerMillion: z.number().min(0),
  outputPerMillion: z.number().min(0),
  /** Absent: as other input. */
  cachedInputPerMillion: z.number().min(0).optional(),
  /** Writing to the server's cache (Anthropic). Absent: as other input. */
  cacheWritePerMillion: z.number().min(0).optional(),
  perRequest: z.number().min(0).optional(),
});
export type Price = z.infer<typeof priceSchema>;

const modelName = z
  .string()
  .min(1)
  .max(256)
  // oxlint-disable-next-line no-control-regex
  .regex(/^[^\u0000-\u0020\u007f]+$/, "the name holds a space or a control character");

/** A model as the user describes it; what is left out is asked of the server. */
export const providerModelSpecSchema = z.strictObject({
  /** What callers say in `model`; `PROVIDER/NAME` is good too. */
  name: modelName,
  /** What the server calls it: a model, a deployment (Azure), an endpoint (SageMaker), OWNER/NAME:VERSION (Replicate). */
  upstreamName: modelName.optional(),
  task: taskSchema.optional(),
  contextTokens: z.number().int().positive().optional(),
  maxOutputTokens: z.number().int().positive().optional(),
  price: priceSchema.optional(),
  prompt: promptFormatSchema.optional(),
  /** Values for request fields that a caller leaves out: temperature, top_p, max_tokens ... */
  defaults: z.record(z.string(), z.unknown()).optional(),
});
export type ProviderModelSpec = z.infer<typeof providerModelSpecSchema>;

/** Where the server's credential is: told and stored encrypted, or in the environment of `berth start`. Write-only. */
export const credentialSpecSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("stored"),
    value: z
      .string()
      .min(1)
      .max(16 * 1024),
  }),
  z.strictObject({
    kind: z.literal("env"),
    name: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, "give the name of an environment variable"),
  }),
  z.strictObject({ kind: z.literal("none") }),
]);
export type CredentialSpec = z.infer<typeof credentialSpecSchema>;

/** How the credential is shown to the server. Absent: as the kind does it. */
export const authSchemeSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("bearer") }),
  /** `Authorization: SCHEME VALUE`, or any other header's value. */
  z.strictObject({
    kind: z.literal("header"),
    name: z.string().regex(/^[A-Za-z0-9-]{1,64}$/, "give a header's name"),
    prefix: z.string().max(64).optional(),
  }),
  /** HTTP Basic, and a Gradio app's log-in; the credential is the password. */
  z.strictObject({ kind: z.literal("basic"), user: z.string().min(1).max(256) }),
]);
export type AuthScheme = z.infer<typeof authSchemeSchema>;

/** What only some kinds know. */
export const providerOptionsSchema = z.strictObject({
  /** azure-openai: `api-version`; without it the newer paths under /openai/v1 are used. */
  apiVersion: z.string().max(64).optional(),
  /** sagemaker. */
  region: z
    .string()
    .regex(/^[a-z0-9-]{1,64}$/, "give a region as us-east-2")
    .optional(),
  awsProfile: z.string().max(128).optional(),
  roleArn: z.string().max(256).optional(),
  /** sagemaker, replicate: the container takes messages rather than a prompt. */
  chat: z.boolean().optional(),
  /** gradio: which function answers; found by itself where there is one that can. */
  apiName: z.string().max(128).optional(),
  /** gradio, where an h2oGPT is: more of its own fields that callers may set, as langchain_mode. */
  callerFields: z
    .array(z.string().regex(/^[a-z][a-z0-9_]{0,63}$/))
    .max(64)
    .optional(),
  /** ollama: how long it keeps a model in memory after a request. */
  keepAlive: z.string().max(32).optional(),
  /** OpenAI-like: false where the server refuses `stream_options`, which is how a stream's tokens are counted. */
  streamUsage: z.boolean().optional(),
  /** More headers, none of them secret: OpenAI-Organization, OpenAI-Project ... */
  headers: z.record(z.string().regex(/^[A-Za-z0-9-]{1,64}$/), z.string().max(1024)).optional(),
});
export type ProviderOptions = z.infer<typeof providerOptionsSchema>;

const providerUrl = z
  .url({ protocol: /^https?$/, error: "give an http:// or https:// address" })
  .max(2048)
  .refine((text) => URL.parse(text)?.username === "" && URL.parse(text)?.password === "", {
    error: "leave user and password out of the address: they go into auth and credential",
  });

const providerShape = {
  kind: providerKindSchema,
  /** Without it the kind's own: OpenAI, Anthropic, Gemini, Replicate, SageMaker's region. */
  url: providerUrl.optional(),
  models: z.array(providerModelSpecSchema).max(10_000).optional(),
  /** Whether the server is asked which models it has; those under `models` go before. */
  discover: z.boolean().optional(),
  credential: credentialSpecSchema.optional(),
  auth: authSchemeSchema.optional(),
  options: providerOptionsSchema.optional(),
  /** Paths under /v1 that Berth does not know (files, batches ...) go there as they are. At most one provider. */
  anyPath: z.boolean().optional(),
  /** Requests at once; more wait for nothing and go elsewhere. Absent: no bound. */
  maxParallel: z.number().int().positive().optional(),
  /** How long it may take to connect, and to begin an answer. */
  connectSeconds: z.number().positive().max(600).optional(),
  firstTokenSeconds: z.number().positive().max(86_400).optional(),
  /** Switched off: kept, never called. */
  enabled: z.boolean().optional(),
};

export const createProviderSchema = z.strictObject({ name: nameSchema, ...providerShape });
export type CreateProvider = z.infer<typeof createProviderSchema>;

/** What is left out stays; `null` takes away. */
export const updateProviderSchema = z.strictObject({
  url: providerUrl.nullish(),
  models: providerShape.models,
  discover: providerShape.discover,
  credential: providerShape.credential,
  auth: authSchemeSchema.nullish(),
  options: providerShape.options,
  anyPath: providerShape.anyPath,
  maxParallel: z.number().int().positive().nullish(),
  connectSeconds: z.number().positive().max(600).nullish(),
  firstTokenSeconds: z.number().positive().max(86_400).nullish(),
  enabled: providerShape.enabled,
});
export type UpdateProvider = z.infer<typeof updateProviderSchema>;

/** A model as it can be called. */
export const providerModelSchema = z.object({
  name: z.string(),
  upstreamName: z.string(),
  task: taskSchema,
  contextTokens: z.number().int().nullable(),
  maxOutputTokens: z.number().int().nullable(),
  /** Whether the user named it, or the server did. */
  from: z.enum(["set", "server"]),
  price: priceSchema.nullable(),
  prompt: promptFormatSchema.nullable(),
  defaults: z.record(z.string(), z.unknown()),
});
export type ProviderModel = z.infer<typeof providerModelSchema>;

/** `unknown`: not looked at yet. `degraded`: it answers, but slowly or not always. An unreachable one is still tried. */
export const providerStatusSchema = z.enum(["unknown", "up", "degraded", "down", "off"]);
export type ProviderStatus = z.infer<typeof providerStatusSchema>;

export const providerSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: providerKindSchema,
  url: z.string(),
  models: z.array(providerModelSchema),
  discover: z.boolean(),
  /** Never the credential itself. */
  credential: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("stored"), setAt: z.number().int() }),
    z.object({ kind: z.literal("env"), name: z.string(), isSet: z.boolean() }),
    z.object({ kind: z.literal("none") }),
  ]),
  auth: authSchemeSchema.nullable(),
  options: providerOptionsSchema,
  anyPath: z.boolean(),
  maxParallel: z.number().int().nullable(),
  connectSeconds: z.number().nullable(),
  firstTokenSeconds: z.number().nullable(),
  enabled: z.boolean(),
  status: providerStatusSchema,
  /** Why it is so: the server's own words where there are any. */
  statusReason: z.string().nullable(),
  checkedAt: z.number().int().nullable(),
  /** What the last looks took, oldest first; `null` for one that failed. */
  latenciesMs: z.array(z.number().nullable()),
  createdAt: z.number().int(),
  updatedAt: z.number().int(),
});
export type Provider = z.infer<typeof providerSchema>;

/** One step of a test, in order; those after a failed one are not there. */
export const providerCheckSchema = z.object({
  step: z.enum(["address", "connection", "tls", "path", "credential", "models", "answer"]),
  outcome: z.enum(["ok", "failed", "skipped"]),
  /** What was seen, and when it failed what to do. */
  message: z.string(),
  ms: z.number().nullable(),
});
export type ProviderCheck = z.infer<typeof providerCheckSchema>;
export const providerTestSchema = z.object({
  ok: z.boolean(),
  checks: z.array(providerCheckSchema),
  models: z.array(z.string()),
});
export type ProviderTest = z.infer<typeof providerTestSchema>;

/** What an h2oGPT was started with. */
export const importProvidersSchema = z.strictObject({
  /** `--model_lock`: as a Python literal or JSON. */
  modelLock: z
    .string()
    .max(4 * 1024 * 1024)
    .optional(),
  /** `--visible_models`: which of the lock's are taken; all when absent. */
  visibleModels: z
    .string()
    .max(64 * 1024)
    .optional(),
  /** What `h2ogpt_api_keys.json` holds: callers go on with the keys they have. */
  apiKeys: z
    .string()
    .max(4 * 1024 * 1024)
    .optional(),
  /** Tell what would be added, and add nothing. */
  dryRun: z.boolean().optional(),
});
export type ImportProviders = z.infer<typeof importProvidersSchema>;

const importOutcome = z.enum(["added", "exists", "failed"]);

export const providerImportSchema = z.object({
  providers: z.array(
    z.object({
      name: z.string(),
      kind: providerKindSchema,
      url: z.string(),
      models: z.array(z.string()),
      outcome: importOutcome,
      /** Why it was not added, or what to know of it; empty when there is nothing to say. */
      message: z.string(),
    }),
  ),
  keys: z.array(z.object({ name: z.string(), outcome: importOutcome, message: z.string() })),
  /** What came to nothing, and why. */
  ignored: z.array(z.object({ what: z.string(), reason: z.string() })),
});
export type ProviderImport = z.infer<typeof providerImportSchema>;
