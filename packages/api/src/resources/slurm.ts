import { z } from "../schema.ts";

/** What a person may ask of a Slurm cluster, and what one tells of itself and of a Slurm job. */

/** Values that stand in `#SBATCH` lines and argv: no spaces, quotes, dollars or newlines, so nothing needs escaping there. */
const word = (what: string) =>
  z
    .string()
    .max(256)
    .regex(/^[A-Za-z0-9_][A-Za-z0-9_.,:@+=/-]*$/, `${what}: use letters, digits and . , : @ + = / _ -`);

/** `amd&gpu40`, `[rack1|rack2]`, `(a&b)*2`. */
const constraint = z
  .string()
  .max(256)
  .regex(
    /^[A-Za-z0-9_([!][A-Za-z0-9_.,:&|*()[\]!-]*$/,
    "constraint: join feature names by & | * and brackets, without spaces",
  );

/** As sbatch takes it: `30` (minutes), `30:00`, `1:30:00`, `1-12`, `2-00:00:00`; or `45m`, `2h`, `1d`. */
export const wallTimeSchema = z
  .string()
  .regex(
    /^(?:\d+|\d+:\d{1,2}(?::\d{1,2})?|\d+-\d{1,2}(?::\d{1,2}(?::\d{1,2})?)?|\d+[mhd])$/,
    "time: give minutes (30), hours:minutes:seconds (1:30:00), days-hours (2-12), or 45m, 2h, 1d",
  );

/** What a service asks of the scheduler. What is absent is the profile's default, or else the cluster's. */
export const resourcesSchema = z.strictObject({
  time: wallTimeSchema.optional(),
  ntasksPerNode: z.number().int().min(1).max(4096).optional(),
  /** For each node. */
  memoryMiB: z.number().int().min(1).optional(),
  /** GPUs for each node: a count, `gpu:2`, or `gpu:a100:2`. */
  gres: z
    .string()
    .regex(
      /^(?:\d{1,3}|[A-Za-z_]+(?::[A-Za-z0-9_.-]+)?(?::\d{1,3})?)$/,
      "gres: give a count (1), or gpu:TYPE:COUNT",
    )
    .optional(),
  partition: word("partition").optional(),
  constraint: constraint.optional(),
  account: word("account").optional(),
  qos: word("qos").optional(),
  nodes: z.number().int().min(1).max(1024).optional(),
  /** Node names, as `g[1-4],c7`. */
  exclude: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.,[\]-]*$/, "exclude: give node names, as g[1-4],c7")
    .optional(),
  reservation: word("reservation").optional(),
  /** Raw options, each one word for sbatch: `--mail-type=END`. Those that Berth sets itself are refused. */
  sbatch: z
    .array(
      z
        .string()
        .max(1024)
        // oxlint-disable-next-line no-control-regex
        .regex(/^-[^\u0000-\u001f\u007f]+$/, "sbatch: give an option of sbatch, as --mail-type=END"),
    )
    .max(64)
    .optional(),
});
export type Resources = z.infer<typeof resourcesSchema>;

/** How the engine process is wrapped where it runs. */
export const runtimeSchema = z.enum(["process", "docker", "podman", "apptainer", "pyxis"]);
export type Runtime = z.infer<typeof runtimeSchema>;

/** A directory that the engine may read (and write, unless `readOnly`). Paths are the place's own. */
export const mountSchema = z.strictObject({
  source: z
    .string()
    // oxlint-disable-next-line no-control-regex
    .regex(/^[/~][^\u0000-\u001f\u007f]*$/, "source: give an absolute path"),
  /** Where the engine sees it; the same path when absent. */
  target: z
    .string()
    // oxlint-disable-next-line no-control-regex
    .regex(/^\/[^\u0000-\u001f\u007f]*$/, "target: give an absolute path")
    .optional(),
  readOnly: z.boolean().optional(),
});
export type Mount = z.infer<typeof mountSchema>;

/** How requests travel to a runner. */
export const transportSchema = z.enum([
  /** Its port is reached as it is. */
  "direct",
  /** Through a forwarding of the SSH master. */
  "forward",
  /** Through a command on the login node, byte by byte, where forwarding is off. */
  "relay",
]);
export type Transport = z.infer<typeof transportSchema>;

/** A Slurm job as the scheduler last told of it. */
export const slurmJobSchema = z.object({
  id: z.string(),
  /** Slurm's own word: PENDING, RUNNING, COMPLETING ... */
  state: z.string(),
  /** Slurm's reason in plain words: "other jobs go first (Priority)". */
  reason: z.string().nullable(),
  partition: z.string().nullable(),
  /** Where it runs. */
  node: z.string().nullable(),
  submittedAt: z.number().int().nullable(),
  startedAt: z.number().int().nullable(),
  /** When its wall time is over. */
  endsAt: z.number().int().nullable(),
  /** Slurm's estimate, while it waits. */
  expectedStartAt: z.number().int().nullable(),
  /** How many jobs of its partition stand before it, while it waits. */
  jobsAhead: z.number().int().nullable(),
  /** Times it was put back into the queue. */
  requeues: z.number().int(),
});
export type SlurmJob = z.infer<typeof slurmJobSchema>;

/** A partition that the profile's user may use. */
export const partitionSchema = z.object({
  name: z.string(),
  isDefault: z.boolean(),
  state: z.string(),
  defaultTime: z.string().nullable(),
  maxTime: z.string().nullable(),
  nodes: z.object({
    total: z.number().int(),
    idle: z.number().int(),
    mixed: z.number().int(),
    busy: z.number().int(),
    /** Down, drained or not answering. */
    away: z.number().int(),
  }),
  cpus: z.object({ total: z.number().int(), idle: z.number().int() }),
  /** Largest of any node. */
  memoryMiBPerNode: z.number().int().nullable(),
  /** `type` is null where the cluster names none. */
  gpus: z.array(z.object({ type: z.string().nullable(), total: z.number().int(), free: z.number().int() })),
  features: z.array(z.string()),
});
export type Partition = z.infer<typeof partitionSchema>;

/** What a cluster has and what the user may use of it. */
export const clusterSchema = z.object({
  slurmVersion: z.string().nullable(),
  partitions: z.array(partitionSchema),
  /** Accounts the user may charge; the default one first. Null where the cluster keeps none. */
  accounts: z.array(z.object({ name: z.string(), qos: z.array(z.string()) })).nullable(),
  qos: z.array(
    z.object({
      name: z.string(),
      maxWall: z.string().nullable(),
      maxJobsPerUser: z.number().int().nullable(),
      maxSubmitPerUser: z.number().int().nullable(),
    }),
  ),
  runtimes: z.array(runtimeSchema),
  arch: z.string().nullable(),
  /** Whether Slurm tells of ended jobs (`sacct`). */
  hasAccounting: z.boolean(),
  /** When it was asked. */
  seenAt: z.number().int(),
});
export type Cluster = z.infer<typeof clusterSchema>;

/** How a profile on another machine is reached at the moment. Nothing is failed or ended because of it. */
export const connectionSchema = z.object({
  state: z.enum([
    /** Nobody has needed it yet. */
    "idle",
    "connecting",
    "connected",
    /** It asks for a password, a code or a push: `berth profile login NAME`. */
    "login_required",
    /** Its host key is not known: `berth profile login NAME` shows it and asks. */
    "host_key_unknown",
    /** Its host key is another than before; nothing is sent there. */
    "host_key_changed",
    "unreachable",
  ]),
  /** What ssh said, verbatim. */
  reason: z.string().nullable(),
  since: z.number().int().nullable(),
  transport: transportSchema.nullable(),
});
export type Connection = z.infer<typeof connectionSchema>;
