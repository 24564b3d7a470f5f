import { posix } from "node:path";
import { clusterFields, type SlurmFacts, type SlurmProfileSpec, slurmProfileSpecSchema } from "@berth/api";
import type { IniSection } from "@berth/std/ini";
import { localPath } from "./profile-directories.ts";
import { fieldOf, placeOf, type ProfileField } from "./profile-keys.ts";

export type SaidFields = Partial<Readonly<Record<ProfileField, string>>>;

/** A section of schema `slurm`, as far as it can be understood. */
export interface SlurmSection {
  readonly home: string;
  readonly cache: string;
  readonly slurm: SlurmFacts | null;
  /** Each field as the file has it, right or wrong. */
  readonly said: SaidFields;
  readonly mistake: string | null;
}

/** Reads a cluster's section. It asks nobody: whether the directories are there is the cluster's to say. */
export function readSlurmSection(section: IniSection, userHome: string): SlurmSection {
  const fields: readonly ProfileField[] = [...clusterFields, "home", "cache"];
  const said: SaidFields = Object.fromEntries(
    fields.map((field) => [field, fieldOf(section, field)]).filter(([, value]) => value !== ""),
  );
  const parsed = slurmProfileSpecSchema.safeParse({ schema: "slurm", ...said });
  const home = remotePath(fieldOf(section, "home"));
  const cache = remotePath(fieldOf(section, "cache"));
  if (parsed.success) {
    const mistake = pathMistake(section, { home, cache });
    return { home, cache, slurm: slurmFacts(parsed.data, userHome), said, mistake };
  }
  const [issue] = parsed.error.issues;
  const field = (issue?.path[0] ?? "host") as ProfileField;
  const value = fieldOf(section, field);
  const mistake =
    value === ""
      ? `no ${field}: add \`${field} = ${examples[field] ?? "..."}\``
      : `${placeOf(section, field)}, ${field} = ${value}: ${explanation(issue?.message ?? "", field)}`;
  return { home, cache, slurm: null, said, mistake };
}

const examples: Partial<Record<ProfileField, string>> = {
  host: "login.cluster.example.org",
  home: "/home/you/.berth",
  cache: "/a/directory/there",
};

/** Their own messages may begin with the field's name, which stands there already. */
function explanation(message: string, field: ProfileField): string {
  return message.startsWith(`${field}: `) ? message.slice(field.length + 2) : message;
}

function pathMistake(
  section: IniSection,
  paths: { readonly home: string; readonly cache: string },
): string | null {
  for (const field of ["home", "cache"] as const) {
    const path = paths[field];
    if (path.startsWith("/")) continue;
    const place = `${placeOf(section, field)}, ${field} = ${path}`;
    return isUnderHome(path)
      ? `${place}: nobody has asked the cluster yet what ~ is there; \`berth profile repair ${section.name}\` does`
      : `${place}: give an absolute path, or one that starts with ~/`;
  }
  return null;
}

/** Whether only the cluster knows where the path leads. */
export function isUnderHome(path: string): boolean {
  return path === "~" || path.startsWith("~/");
}

/** Without `//`, `/./` and a slash at its end; otherwise as it was said. */
export function remotePath(path: string): string {
  return path === "" ? "" : posix.normalize(path).replace(/(.)\/$/, "$1");
}

/** What is on this machine, the ssh config, with `~` looked up. */
export function slurmFacts(
  { schema: _schema, home: _home, cache: _cache, ...facts }: SlurmProfileSpec,
  userHome: string,
): SlurmFacts {
  const { sshConfig } = facts;
  return sshConfig === undefined
    ? facts
    : { ...facts, sshConfig: localPath(sshConfig, userHome) ?? sshConfig };
}
