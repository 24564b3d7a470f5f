import { z } from "../schema.ts";
import { connectionSchema, resourcesSchema, runtimeSchema } from "./slurm.ts";

/** Letters, digits, dot, dash, underscore; starts with a letter or digit; at most 64. Safe in paths, INI and shells. */
export const nameSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    "use 1 to 64 letters, digits, '.', '_' or '-', starting with a letter or digit",
  );

const absolutePath = z
  .string()
  .regex(/^[/~]/, "give an absolute path (or one that starts with ~)")
  // oxlint-disable-next-line no-control-regex
  .regex(/^[^\u0000-\u001f\u007f]*$/, "the path holds a control character");

/** A place on this machine, without a scheduler. */
export const localProfileSpecSchema = z.strictObject({
  schema: z.literal("local"),
  /** Berth writes here; made when absent. */
  home: absolutePath,
  /** Models that others put there, shared, possibly read-only; must exist, is never created. */
  cache: absolutePath,
});
export type LocalProfileSpec = z.infer<typeof localProfileSpecSchema>;

/** What a cluster's users usually choose for every job there; what a launch asks for wins. */
export const siteDefaultsSchema = resourcesSchema
  .pick({ partition: true, account: true, qos: true, time: true, constraint: true })
  .extend({
    runtime: runtimeSchema.exclude(["docker"]).optional(),
    /** One line of shell that each Slurm job begins with, as `module load apptainer && export X=1`. */
    setup: z
      .string()
      .max(4096)
      // oxlint-disable-next-line no-control-regex
      .regex(/^[^\u0000-\u001f\u007f]+$/, "setup: give one line; join commands by &&")
      .optional(),
    /** Node >= 24 on the compute nodes, in place of the one that Berth brings along. */
    node: absolutePath.optional(),
  });
export type SiteDefaults = z.infer<typeof siteDefaultsSchema>;

/** `host` and `user` go to ssh as words of their own: no option, no space, no shell character. */
const sshWord = (what: string) =>
  z
    .string()
    .max(253)
    .regex(/^[A-Za-z0-9_[][A-Za-z0-9_.:%@\][-]*$/, `${what}: use letters, digits and . _ - : @`);

/** A place that a Slurm cluster schedules, reached through a login node (`localhost`: Berth runs on it). */
export const slurmProfileSpecSchema = siteDefaultsSchema.extend({
  schema: z.literal("slurm"),
  /** A host name, or a name of the user's ssh config. */
  host: sshWord("host"),
  /** What the ssh config says when absent. */
  user: sshWord("user").optional(),
  /** On the cluster; made when absent. */
  home: absolutePath,
  /** On the cluster; must exist, is never written. */
  cache: absolutePath,
  /** Handed to `ssh -F`, on this machine. */
  sshConfig: absolutePath.optional(),
});
export type SlurmProfileSpec = z.infer<typeof slurmProfileSpecSchema>;

const profileSpecs = [localProfileSpecSchema, slurmProfileSpecSchema] as const;
/** The kinds of profile there are. */
export const profileSchemas: readonly string[] = profileSpecs.map((spec) => spec.shape.schema.value);

export const profileSpecSchema = z.discriminatedUnion("schema", profileSpecs, {
  error: (issue) =>
    issue.code === "invalid_union" ? `unknown schema: use ${profileSchemas.join(" or ")}` : undefined,
});
export type ProfileSpec = z.infer<typeof profileSpecSchema>;

export const profileStatusSchema = z.enum(["ready", "invalid"]);

/** What `profiles.cfg` says of a cluster. */
export const slurmFactsSchema = slurmProfileSpecSchema.omit({ schema: true, home: true, cache: true });
export type SlurmFacts = z.infer<typeof slurmFactsSchema>;

/** A place to run things. `id` is its name. An invalid one shows what the file says, which may be anything. */
export const profileSchema = z.object({
  id: z.string(),
  name: z.string(),
  default: z.boolean(),
  status: profileStatusSchema,
  /** Why `status` is invalid, and what to do. */
  statusReason: z.string().nullable(),
  schema: z.string(),
  /** Absolute; empty when the file names none. */
  home: z.string(),
  cache: z.string(),
  /** Of a cluster: how it is reached, and what its users usually choose. Null for this machine. */
  slurm: slurmFactsSchema.nullable(),
  /** Null for this machine. */
  connection: connectionSchema.nullable(),
});
export type Profile = z.infer<typeof profileSchema>;

export const createProfileSchema = z.strictObject({
  name: nameSchema,
  default: z.boolean().optional(),
  spec: profileSpecSchema,
  /** Of a cluster: whether to connect, look at the directories and make the home. It does when absent. */
  check: z.boolean().optional(),
});

const slurmShape = slurmProfileSpecSchema.shape;

/** What is absent stays; null takes a value away. Schema and name cannot change. */
export const updateProfileSchema = z.strictObject({
  home: absolutePath.optional(),
  cache: absolutePath.optional(),
  host: slurmShape.host.optional(),
  user: slurmShape.user.nullable(),
  sshConfig: slurmShape.sshConfig.nullable(),
  partition: slurmShape.partition.nullable(),
  account: slurmShape.account.nullable(),
  qos: slurmShape.qos.nullable(),
  time: slurmShape.time.nullable(),
  constraint: slurmShape.constraint.nullable(),
  runtime: slurmShape.runtime.nullable(),
  setup: slurmShape.setup.nullable(),
  node: slurmShape.node.nullable(),
  /** As for a new profile. */
  check: z.boolean().optional(),
});
export type UpdateProfile = z.infer<typeof updateProfileSchema>;

/** What came of one section of another program's profiles.cfg. */
export const importedProfileSchema = z.object({
  name: z.string(),
  outcome: z.enum([
    "added",
    /** A profile of the name is there; it stays as it is. */
    "exists",
    "invalid",
  ]),
  /** What was added, or why not. */
  message: z.string(),
});
export type ImportedProfile = z.infer<typeof importedProfileSchema>;

/** One thing that `berth profile repair` looked after. */
export const repairStepSchema = z.object({
  id: z.string(),
  status: z.enum([
    /** It was right already. */
    "ok",
    "repaired",
    "failed",
  ]),
  message: z.string(),
});
export type RepairStep = z.infer<typeof repairStepSchema>;
