import { nameSchema, profileSchemas } from "@berth/api";
import { addIniSection, type IniSection, parseIni, removeIniValue, setIniValue } from "@berth/std/ini";
import { localPath } from "./profile-directories.ts";

/** A profile as `profiles.cfg` declares it: one section, named for it. */
export interface DeclaredProfile {
  readonly name: string;
  readonly default: boolean;
  readonly schema: string;
  /** Absolute; empty when there is none. */
  readonly home: string;
  readonly cache: string;
  /** What is wrong with the text itself. */
  readonly mistake: string | null;
}

/** Names of each field, the one we write first; the others are what Blackfish writes. */
const keys = {
  schema: ["schema", "type"],
  home: ["home", "home_dir"],
  cache: ["cache", "cache_dir"],
} as const;
type Field = keyof typeof keys;

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
    const home = field(section, "home");
    const cache = field(section, "cache");
    return {
      name: section.name,
      default: section === chosen,
      schema: field(section, "schema"),
      home: localPath(home, userHome) ?? home,
      cache: localPath(cache, userHome) ?? cache,
      mistake: mistakeIn(section, lines.get(section.name) ?? [], userHome),
    };
  });
}

function field(section: IniSection, name: Field): string {
  for (const key of keys[name]) {
    const value = section.values.get(key);
    if (value !== undefined) return value;
  }
  return "";
}

function mistakeIn(section: IniSection, same: readonly IniSection[], userHome: string): string | null {
  if (same.length > 1)
    return `[${section.name}] stands on lines ${same.map(({ line }) => line).join(" and ")} of profiles.cfg: keep one`;
  const [mistake] = section.mistakes;
  if (mistake !== undefined) return `line ${mistake.line} of profiles.cfg is ${mistake.what}`;
  const named = nameSchema.safeParse(section.name);
  if (!named.success) return `the name cannot be used: ${named.error.issues[0]?.message ?? ""}`;
  const schema = field(section, "schema");
  if (schema === "") return `no schema: add \`schema = ${profileSchemas[0]}\``;
  if (!profileSchemas.includes(schema)) return unknownSchema(schema);
  for (const name of ["home", "cache"] as const) {
    const path = field(section, name);
    if (path === "") return `no ${name}: add \`${name} = /a/directory\``;
    if (localPath(path, userHome) === undefined)
      return `${name} = ${path}: give an absolute path, or one that starts with ~/`;
  }
  return null;
}

export function unknownSchema(schema: string): string {
  return `unknown schema "${schema}"; known: ${profileSchemas.join(", ")}`;
}

export interface ProfileFields {
  readonly schema: string;
  readonly home: string;
  readonly cache: string;
}

export function withProfile(text: string, name: string, { schema, home, cache }: ProfileFields): string {
  return addIniSection(text, name, { schema, home, cache });
}

/** Writes a directory under the key that the file already uses for it. */
export function withDirectory(text: string, name: string, which: "home" | "cache", path: string): string {
  const section = parseIni(text).sections.find((candidate) => candidate.name === name);
  const key = keys[which].find((candidate) => section?.values.has(candidate)) ?? which;
  return setIniValue(text, name, key, path);
}

/** Makes it the default, and nobody else. */
export function withDefault(text: string, name: string): string {
  const cleared = parseIni(text)
    .sections.filter((section) => section.name !== name)
    .reduce((rest, section) => removeIniValue(rest, section.name, "default"), text);
  return setIniValue(cleared, name, "default", "true");
}
