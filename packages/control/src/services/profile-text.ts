import { clusterFields, nameSchema, profileSchemas, type SlurmFacts } from "@berth/api";
import { addIniSection, type IniSection, parseIni, removeIniValue, setIniValue } from "@berth/std/ini";
import { localPath } from "./profile-directories.ts";
import { fieldOf, keyOf, placeOf, type ProfileField, profileKeys } from "./profile-keys.ts";
import { readSlurmSection, type SaidFields } from "./slurm-section.ts";

/** A profile as `profiles.cfg` declares it: one section, named for it. */
export interface DeclaredProfile {
  readonly name: string;
  readonly default: boolean;
  readonly schema: string;
  /** Absolute, unless there is a mistake; empty when there is none. */
  readonly home: string;
  readonly cache: string;
  /** Of a cluster, when it can be understood. */
  readonly slurm: SlurmFacts | null;
  /** Of a cluster: each field as the file has it, right or wrong. */
  readonly said: SaidFields;
  /** What is wrong with the text itself. */
  readonly mistake: string | null;
}

const truths = ["true", "yes", "on", "1"];

/**
 * Reads the file. The default is the first profile with `default = true`, else the one named `default`, else the first.
 * Keys that mean nothing to us are left to those they mean something to.
 */
export function declaredProfiles(text: string, userHome: string): readonly DeclaredProfile[] {
  const { sections } = parseIni(text);
  const lines = Map.groupBy(sections, ({ name }) => name);
  const first = [...lines.values()].flatMap(([section]) => (section === undefined ? [] : [section]));
  const chosen =
    first.find(({ values }) => truths.includes(values.get("default")?.toLowerCase() ?? "")) ??
    first.find(({ name }) => name === "default") ??
    first[0];
  return first.map((section) => {
    const schema = fieldOf(section, "schema");
    const read =
      schema === "slurm" ? readSlurmSection(section, userHome) : readLocalSection(section, userHome);
    return {
      name: section.name,
      default: section === chosen,
      schema,
      ...read,
      mistake: mistakeIn(section, lines.get(section.name) ?? []) ?? read.mistake,
    };
  });
}

type Read = Pick<DeclaredProfile, "home" | "cache" | "slurm" | "said" | "mistake">;

function readLocalSection(section: IniSection, userHome: string): Read {
  const home = fieldOf(section, "home");
  const cache = fieldOf(section, "cache");
  return {
    home: localPath(home, userHome) ?? home,
    cache: localPath(cache, userHome) ?? cache,
    slurm: null,
    said: {},
    mistake: pathMistake(section, userHome),
  };
}

function mistakeIn(section: IniSection, same: readonly IniSection[]): string | null {
  if (same.length > 1)
    return `[${section.name}] stands on lines ${same.map(({ line }) => line).join(" and ")} of profiles.cfg: keep one`;
  const [mistake] = section.mistakes;
  if (mistake !== undefined) return `line ${mistake.line} of profiles.cfg is ${mistake.what}`;
  const named = nameSchema.safeParse(section.name);
  if (!named.success) return `the name cannot be used: ${named.error.issues[0]?.message ?? ""}`;
  const schema = fieldOf(section, "schema");
  if (schema === "") return `no schema: add \`schema = ${profileSchemas[0]}\``;
  return profileSchemas.includes(schema) ? null : unknownSchema(schema);
}

function pathMistake(section: IniSection, userHome: string): string | null {
  for (const field of ["home", "cache"] as const) {
    const path = fieldOf(section, field);
    if (path === "") return `no ${field}: add \`${field} = /a/directory\``;
    if (localPath(path, userHome) === undefined)
      return `${placeOf(section, field)}, ${field} = ${path}: give an absolute path, or one that starts with ~/`;
  }
  return null;
}

export function unknownSchema(schema: string): string {
  return `unknown schema "${schema}"; known: ${profileSchemas.join(", ")}`;
}

/** What a new profile says; fields that its schema does not have are not there. */
export type ProfileFields = Readonly<Record<"schema" | "home" | "cache", string>> &
  Partial<Readonly<Record<Exclude<ProfileField, "schema" | "home" | "cache">, string | undefined>>>;

const writtenOrder = ["schema", "host", "user", "home", "cache", ...clusterFields.slice(2)] as const;

export function withProfile(text: string, name: string, fields: ProfileFields): string {
  const values = writtenOrder.flatMap((field) => {
    const value = fields[field];
    return value === undefined ? [] : [[profileKeys[field][0], value] as const];
  });
  return addIniSection(text, name, Object.fromEntries(values));
}

/** Writes each value under the key that the file already uses for it; null takes it away, `undefined` leaves it alone. */
export function withFields(
  text: string,
  name: string,
  fields: Partial<Readonly<Record<ProfileField, string | null | undefined>>>,
): string {
  const section = parseIni(text).sections.find((candidate) => candidate.name === name);
  return (Object.keys(fields) as ProfileField[]).reduce((rest, field) => {
    const value = fields[field];
    if (value === undefined) return rest;
    const key = keyOf(section, field);
    return value === null ? removeIniValue(rest, name, key) : setIniValue(rest, name, key, value);
  }, text);
}

/** Makes it the default, and nobody else. */
export function withDefault(text: string, name: string): string {
  const cleared = parseIni(text)
    .sections.filter((section) => section.name !== name)
    .reduce((rest, section) => removeIniValue(rest, section.name, "default"), text);
  return setIniValue(cleared, name, "default", "true");
}
