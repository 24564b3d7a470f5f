import { clusterFields, type ImportedProfile, isBerthError, type ProfileSpec } from "@berth/api";
import { type IniSection, parseIni } from "@berth/std/ini";
import { fieldOf, type ProfileField } from "./profile-keys.ts";
import type { ProfileFields } from "./profile-text.ts";
import type { Profiles } from "./profiles.ts";

export interface ImportOptions {
  /** Tell what would be done, and do nothing. */
  readonly dryRun: boolean;
}

/**
 * Adds the profiles of another program's file, such as Blackfish's, that are not there yet, in its order. Clusters are
 * added unseen: nobody is connected to. Nothing that exists is changed, the default neither. Resolves with what came of
 * each section.
 */
export async function importProfiles(
  profiles: Profiles,
  text: string,
  options: ImportOptions,
): Promise<ImportedProfile[]> {
  const { sections, mistakes } = parseIni(text);
  const told: ImportedProfile[] = mistakes.map(({ line, what }) => ({
    name: "",
    outcome: "invalid",
    message: `line ${line} is ${what}`,
  }));
  const seen = new Set<string>();
  for (const section of sections) {
    const isSecond = seen.has(section.name);
    seen.add(section.name);
    told.push(
      isSecond
        ? {
            name: section.name,
            outcome: "invalid",
            message: `line ${section.line} has the name a second time`,
          }
        : await importSection(profiles, section, options),
    );
  }
  return told;
}

async function importSection(
  profiles: Profiles,
  section: IniSection,
  { dryRun }: ImportOptions,
): Promise<ImportedProfile> {
  const { name } = section;
  const [mistake] = section.mistakes;
  if (mistake !== undefined)
    return { name, outcome: "invalid", message: `line ${mistake.line} is ${mistake.what}` };
  const given = { name, spec: fieldsOf(section), check: false };
  try {
    const spec = await profiles.accept(given);
    if (!dryRun) await profiles.create(given);
    return { name, outcome: "added", message: described(spec) };
  } catch (error) {
    if (!isBerthError(error)) throw error;
    return error.code === "already_exists"
      ? { name, outcome: "exists", message: `a profile named ${name} is there, and stays as it is` }
      : { name, outcome: "invalid", message: error.message };
  }
}

function fieldsOf(section: IniSection): ProfileFields {
  const schema = fieldOf(section, "schema");
  // Blackfish's local profiles name a host and a user as well; there they mean nothing
  const own: readonly ProfileField[] = schema === "slurm" ? clusterFields : [];
  return {
    schema,
    home: fieldOf(section, "home"),
    cache: fieldOf(section, "cache"),
    ...Object.fromEntries(
      own.map((field) => [field, fieldOf(section, field)]).filter(([, value]) => value !== ""),
    ),
  };
}

function described(spec: ProfileSpec): string {
  const { home, cache } = spec;
  const where =
    spec.schema === "local" ? "" : ` on ${spec.user === undefined ? "" : `${spec.user}@`}${spec.host}`;
  return `${spec.schema}${where}: home ${home}, cache ${cache}`;
}
