import { z } from "../schema.ts";
import type { Scope } from "./key.ts";
import { nameSchema } from "./profile.ts";
import { createServiceSchema } from "./service.ts";

/**
 * Who may call an endpoint. `public`: every key that may call models; `internal`: every key that has an owner; `private`: keys
 * of the endpoint's owner. Admin keys may always.
 */
export const visibilitySchema = z.enum(["public", "internal", "private"]);
export type Visibility = z.infer<typeof visibilitySchema>;

/** Whether a key may know of the endpoint at all: others' private ones are as if they were not there. */
export function isVisibleTo(
  endpoint: { readonly visibility: Visibility; readonly owner: string },
  caller: { readonly scopes: readonly Scope[]; readonly owner?: string | null | undefined },
): boolean {
  if (caller.scopes.includes("admin")) return true;
  const owner = caller.owner ?? null;
  switch (endpoint.visibility) {
    case "public":
      return true;
    case "internal":
      return owner !== null;
    case "private":
      return owner === endpoint.owner;
  }
}

/** Whose what nobody in particular orders is. */
export const nobodysOwner = "berth";

/**
 * Whether a key with the scope `worker` may take the endpoint's jobs: it reads what callers have sent and answers for the endpoint,
 * so that being allowed to call it is not enough. A key without owner works for what nobody in particular owns.
 */
export function mayWorkFor(
  endpoint: { readonly owner: string },
  worker: { readonly scopes: readonly Scope[]; readonly owner?: string | null | undefined },
): boolean {
  return worker.scopes.includes("admin") || (worker.owner ?? nobodysOwner) === endpoint.owner;
}

/** Whose an endpoint or a secret may be: also an address of e-mail, as keys are given to. */
export const ownerSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}$/,
    "use 1 to 64 letters, digits and . _ @ + -, starting with a letter or digit",
  );

/** What each replica is: a service, but for what differs between replicas and for what scaling decides. */
export const endpointTemplateSchema = createServiceSchema.omit({
  name: true,
  profile: true,
  port: true,
  apiKey: true,
  idleTimeoutSeconds: true,
  renew: true,
});
export type EndpointTemplate = z.infer<typeof endpointTemplateSchema>;

export const scalingSchema = z.strictObject({
  min: z.number().int().min(0).max(1000),
  max: z.number().int().min(1).max(1000),
  /** How long after the last request the last replica stays, and for how long fewer must have been enough before there are fewer. */
  scaledownPeriodSeconds: z.number().int().min(1).max(604_800),
  /** Requests, waiting or worked on, that one replica is meant to have; more of them, and there are more replicas. */
  targetPendingRequests: z.number().int().min(1).max(1_000_000),
  /** What waits is to be begun within so long, once replicas run; null: no such aim. */
  queueDelaySeconds: z.number().positive().max(86_400).nullable(),
  /** Requests that one replica works on at once; null: as many as come. */
  concurrency: z.number().int().min(1).max(100_000).nullable(),
  /** A replica that has waited for its turn for so long is not counted on any more: the next profile gets one in its stead. */
  overflowSeconds: z.number().int().min(1).max(604_800),
  /**
   * How new replicas take the place of old ones. `surge`: beside them, which go when as many are ready; `replace`: each in the place
   * of one that has gone; `auto`: beside them where there is room, else in their place.
   */
  rollout: z.enum(["auto", "surge", "replace"]),
});
export type Scaling = z.infer<typeof scalingSchema>;

export const defaultScaling: Scaling = {
  min: 0,
  max: 1,
  scaledownPeriodSeconds: 900,
  targetPendingRequests: 100,
  queueDelaySeconds: null,
  concurrency: null,
  overflowSeconds: 120,
  rollout: "auto",
};

/** How an endpoint's jobs are kept and tried. */
export const queueRulesSchema = z.strictObject({
  /** How long after its submission a job is TIMED_OUT, wherever it is. */
  ttlSeconds: z.number().int().min(1).max(2_592_000),
  /** How long one attempt may take. */
  executionTimeoutSeconds: z.number().int().min(1).max(604_800),
  /** Those that were lost by silence included. */
  maxAttempts: z.number().int().min(1).max(100),
  /** Whether a handler's own failure is tried again, too. */
  retriesFailures: z.boolean(),
  /** How long a job is kept after its end, and how long as a dead letter. */
  retentionSeconds: z.number().int().min(1).max(31_536_000),
  deadLetterSeconds: z.number().int().min(1).max(31_536_000),
  /** So many may wait, of any one key that is not the owner's, and so many bytes of inputs. */
  limit: z.number().int().min(1).max(100_000_000),
  limitPerKey: z.number().int().min(1).max(100_000_000),
  limitBytes: z.number().int().min(1).max(1_125_899_906_842_624),
  /** The highest that callers may ask for; the owner's keys may any. */
  maxPriority: z.number().int().min(-1000).max(1000),
  /** Whether callers may ask for less than `ttlSeconds`, `executionTimeoutSeconds` and `maxAttempts`, and not for more. */
  boundsCallers: z.boolean(),
  /** How long a worker may be silent. */
  leaseSeconds: z.number().int().min(5).max(3600),
});
export type QueueRules = z.infer<typeof queueRulesSchema>;

export const defaultQueueRules: QueueRules = {
  ttlSeconds: 86_400,
  executionTimeoutSeconds: 600,
  maxAttempts: 3,
  retriesFailures: false,
  retentionSeconds: 86_400,
  deadLetterSeconds: 1_209_600,
  limit: 1_000_000,
  limitPerKey: 100_000,
  limitBytes: 10 * 1024 ** 3,
  maxPriority: 0,
  boundsCallers: false,
  leaseSeconds: 30,
};

const environmentName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, "use letters, digits and _ for an environment variable");

/** A stored secret as the engine gets it: the environment variable has its value, or the path of a file that has it. */
export const secretUseSchema = z.strictObject({
  secret: nameSchema,
  env: environmentName,
  as: z.enum(["value", "file"]).default("value"),
});
export type SecretUse = z.infer<typeof secretUseSchema>;

/** What a deployment rolls out. Changed at any time, it takes effect at the next `deploy`. */
export const endpointConfigurationSchema = z.strictObject({
  /** Null: nothing is launched; workers of your own take the jobs. */
  template: endpointTemplateSchema.nullable(),
  /** Where replicas run: the first that has room. */
  profiles: z.array(nameSchema).min(1).max(16),
  /** A hardware preset; what the template asks for itself wins. */
  hardware: nameSchema.nullable(),
  secrets: z.array(secretUseSchema).max(64),
  /** A stored secret of the owner's: what the hub is asked with for the template's model, in place of HF_TOKEN. */
  hubSecret: nameSchema.nullable().default(null),
});
export type EndpointConfiguration = z.infer<typeof endpointConfigurationSchema>;

/** What a call finds while no replica is ready: it waits, is refused, or the fallback answers. */
export const coldStartSchema = z.enum(["hold", "fail", "fallback"]);
export type ColdStart = z.infer<typeof coldStartSchema>;

/** What a person may say of an endpoint at any time, and that holds at once. */
const settingsShape = {
  description: z.string().max(1024).optional(),
  visibility: visibilitySchema.optional(),
  scaling: scalingSchema.partial().optional(),
  queue: queueRulesSchema.partial().optional(),
  /** A model's name (`PROVIDER/MODEL`) that answers while no replica is ready, by the endpoint's own choice or for callers who ask. */
  fallback: z.string().min(1).max(256).nullish(),
  /** For callers who do not say it themselves, by X-Berth-Cold-Start. */
  coldStart: coldStartSchema.optional(),
};

const configurationShape = {
  template: endpointTemplateSchema.nullish(),
  profiles: endpointConfigurationSchema.shape.profiles.optional(),
  hardware: nameSchema.nullish(),
  secrets: endpointConfigurationSchema.shape.secrets.optional(),
  hubSecret: nameSchema.nullish(),
};

export const createEndpointSchema = z.strictObject({
  /** One is made up when absent. */
  name: nameSchema.optional(),
  /** Whose it is: the caller's own when absent. */
  owner: ownerSchema.optional(),
  ...settingsShape,
  ...configurationShape,
});
export type CreateEndpoint = z.infer<typeof createEndpointSchema>;

/** What is absent stays; so do values of a template's environment that are sent as they are shown, hidden. */
export const updateEndpointSchema = z.strictObject({ ...settingsShape, ...configurationShape });
export type UpdateEndpoint = z.infer<typeof updateEndpointSchema>;

export const endpointStatusSchema = z.enum([
  /** Never deployed. */
  "CREATED",
  "DEPLOYING",
  /** At least one replica can answer. */
  "HEALTHY",
  /** Replicas are on their way, none can answer yet. */
  "STARTING",
  /** No replica, and none is needed: a call starts one. */
  "SCALED_DOWN",
  /** Replicas fail to start; it is tried again. */
  "UNHEALTHY",
  "PAUSED",
  /** No deployment has succeeded. */
  "FAILED",
]);
export type EndpointStatus = z.infer<typeof endpointStatusSchema>;

export const deploymentStatusSchema = z.enum(["DEPLOYING", "COMPLETED", "FAILED", "CANCELLED"]);
export type DeploymentStatus = z.infer<typeof deploymentStatusSchema>;

/** One roll-out of an endpoint's configuration. Times are milliseconds since 1970 UTC. */
export const deploymentSchema = z.object({
  id: z.string(),
  endpointId: z.string(),
  /** 1, 2, 3 ... of the endpoint. */
  number: z.number().int(),
  status: deploymentStatusSchema,
  statusReason: z.string().nullable(),
  /** Whose replicas answer. */
  isCurrent: z.boolean(),
  configuration: endpointConfigurationSchema,
  /** The deployment that it repeats. */
  rollbackTo: z.number().int().nullable(),
  /** The name of the key that ordered it; null: Berth itself. */
  creator: z.string().nullable(),
  createdAt: z.number().int(),
  concludedAt: z.number().int().nullable(),
});
export type Deployment = z.infer<typeof deploymentSchema>;

export const endpointSchema = z.object({
  id: z.string(),
  owner: z.string(),
  name: z.string(),
  /** `owner/name`: good in `model`, as `name` is where nobody else has it. */
  fullName: z.string(),
  description: z.string().nullable(),
  visibility: visibilitySchema,
  scaling: scalingSchema,
  queue: queueRulesSchema,
  fallback: z.string().nullable(),
  coldStart: coldStartSchema,
  configuration: endpointConfigurationSchema,
  status: endpointStatusSchema,
  statusReason: z.string().nullable(),
  /** The configuration is another than what is deployed. */
  hasChanges: z.boolean(),
  /** The deployment whose replicas answer. */
  currentDeployment: z.number().int().nullable(),
  /** The one that is being rolled out. */
  nextDeployment: z.number().int().nullable(),
  replicas: z.object({
    wanted: z.number().int(),
    ready: z.number().int(),
    starting: z.number().int(),
    /** Ending their last requests. */
    draining: z.number().int(),
  }),
  /** Calls being answered and calls held, on their way through the gateway. */
  inFlight: z.number().int(),
  waiting: z.number().int(),
  /** `ready`: of those queued, those that only wait for somebody; the others wait for their time. */
  jobs: z.object({ queued: z.number().int(), ready: z.number().int(), running: z.number().int() }),
  /** When the first replica should be ready, while none is. */
  expectedReadyAt: z.number().int().nullable(),
  /** Why there are as many replicas as there are. */
  decision: z.string().nullable(),
  /** Under this server's address. */
  paths: z.object({
    /** POST here: what the template's server has at `/predict`. Any other path works as well. */
    predict: z.string(),
    /** The base address for OpenAI's clients. */
    openai: z.string(),
    health: z.string(),
  }),
  createdAt: z.number().int(),
  updatedAt: z.number().int(),
});
export type Endpoint = z.infer<typeof endpointSchema>;

/** One line of an endpoint's history. */
export const endpointEventSchema = z.object({
  id: z.number().int(),
  endpointId: z.string(),
  at: z.number().int(),
  kind: z.enum([
    /** Created, changed, renamed, paused, resumed. */
    "order",
    "deployment",
    /** Another number of replicas, and why. */
    "scaling",
    "replica",
  ]),
  message: z.string(),
  evidence: z.record(z.string(), z.unknown()),
});
export type EndpointEvent = z.infer<typeof endpointEventSchema>;

/** An endpoint as it was at a moment: what plots are made of. */
export const endpointMomentSchema = z.object({
  at: z.number().int(),
  ready: z.number().int(),
  starting: z.number().int(),
  wanted: z.number().int(),
  inFlight: z.number().int(),
  /** Held calls and queued jobs. */
  waiting: z.number().int(),
  arrivalsPerSecond: z.number(),
  reason: z.string(),
});
export type EndpointMoment = z.infer<typeof endpointMomentSchema>;
