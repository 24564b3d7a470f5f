import {
  BerthError,
  type Cluster,
  isBerthError,
  type Profile,
  type SlurmProfileSpec,
  slurmProfileSpecSchema,
} from "@berth/api";
import { requireKnownResources, unknownResources } from "./known-resources.ts";
import type { ProfileSites } from "./profile-sites.ts";
import type { ProfileFields } from "./profile-text.ts";
import { isUnderHome, remotePath, slurmFacts } from "./slurm-section.ts";

/** Throws `invalid_request`, naming the field, for what no cluster's profile can say. */
export function parseSlurmSpec(fields: ProfileFields, prefix: string): SlurmProfileSpec {
  const parsed = slurmProfileSpecSchema.safeParse(fields);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const param = `${prefix}${issue?.path.join(".") ?? ""}`;
    const missing = issue?.code === "invalid_type" && issue.input === undefined;
    throw new BerthError("invalid_request", `${param}: ${missing ? "give it" : issue?.message}`, { param });
  }
  for (const field of ["home", "cache"] as const) {
    const path = parsed.data[field];
    if ((path.startsWith("/") || isUnderHome(path)) && path === path.trim()) continue;
    const param = `${prefix}${field}`;
    throw new BerthError("invalid_request", `${param}: give an absolute path, or one that starts with ~/`, {
      param,
    });
  }
  return { ...parsed.data, home: remotePath(parsed.data.home), cache: remotePath(parsed.data.cache) };
}

/** The profile that the spec would be, before it is written. */
function candidateProfile(name: string, spec: SlurmProfileSpec, userHome: string): Profile {
  return {
    id: name,
    name,
    default: false,
    status: "ready",
    statusReason: null,
    schema: "slurm",
    home: spec.home,
    cache: spec.cache,
    slurm: slurmFacts(spec, userHome),
    connection: null,
  };
}

export interface CheckOptions {
  /** What the names of fields begin with where they are told. */
  readonly prefix: string;
  /** What `~` is on this machine. */
  readonly userHome: string;
  readonly isNew: (field: keyof SlurmProfileSpec) => boolean;
}

/**
 * Asks the cluster whether what is new can be used: its directories, and the names of the site's defaults. Resolves with
 * the spec as it is to be written, `~` looked up. Where nothing of that is new, nobody is asked.
 *
 * A cluster that wants a login, or a person's word for its host key, cannot be asked before the profile is there
 * (`berth profile login NAME` needs it): the spec comes back as it is then, and the profile's connection says why. All
 * else is thrown, naming the field.
 */
export async function checkedSpec(
  name: string,
  spec: SlurmProfileSpec,
  sites: ProfileSites,
  { prefix, userHome, isNew }: CheckOptions,
  signal: AbortSignal,
): Promise<SlurmProfileSpec> {
  const candidate = candidateProfile(name, spec, userHome);
  const asked = (fields: readonly (keyof SlurmProfileSpec)[]): boolean =>
    fields.some((field) => isNew(field));
  try {
    const looked = asked(["host", "user", "sshConfig", "home", "cache"])
      ? await sites.prepare(candidate, signal)
      : {};
    if (asked(["partition", "account", "qos", "constraint"])) {
      const cluster = (refresh: boolean): Promise<Cluster> =>
        sites.cluster({ ...candidate, ...looked }, { refresh }, signal);
      // what is not there may be newer than the last answer
      if (unknownResources(await cluster(false), spec).length > 0)
        requireKnownResources(await cluster(true), spec, prefix);
    }
    return { ...spec, ...looked };
  } catch (error) {
    if (waitsForPerson(error, sites.connectionOf(candidate)?.state)) return spec;
    throw withField(error, prefix);
  }
}

/** A changed host key is no such case: nothing is sent there until its owner has explained it. */
function waitsForPerson(error: unknown, state: string | undefined): boolean {
  if (!isBerthError(error)) return false;
  return (
    error.code === "login_required" || (error.code === "host_key_refused" && state !== "host_key_changed")
  );
}

/** Sites name `home`, `cache` and `host`; callers know them by longer names. */
function withField(error: unknown, prefix: string): unknown {
  if (!isBerthError(error)) return error;
  const { code, message, details, cause } = error;
  const { param = "host" } = error;
  return new BerthError(
    code,
    code === "host_unreachable" ? `${message} (--no-check adds it unseen)` : message,
    {
      param: param.startsWith(prefix) ? param : `${prefix}${param}`,
      ...(details === undefined ? {} : { details }),
      cause: cause ?? error,
    },
  );
}
