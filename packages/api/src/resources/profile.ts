import { z } from "../schema.ts";

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

const profileSpecs = [localProfileSpecSchema] as const;
/** The kinds of profile there are. */
export const profileSchemas: readonly string[] = profileSpecs.map((spec) => spec.shape.schema.value);

export const profileSpecSchema = z.discriminatedUnion("schema", profileSpecs, {
  error: (issue) =>
    issue.code === "invalid_union" ? `unknown schema: use ${profileSchemas.join(" or ")}` : undefined,
});
export type ProfileSpec = z.infer<typeof profileSpecSchema>;

export const profileStatusSchema = z.enum(["ready", "invalid"]);

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
});
export type Profile = z.infer<typeof profileSchema>;

export const createProfileSchema = z.strictObject({
  name: nameSchema,
  default: z.boolean().optional(),
  spec: profileSpecSchema,
});
export const updateProfileSchema = z.strictObject({
  home: absolutePath.optional(),
  cache: absolutePath.optional(),
});
