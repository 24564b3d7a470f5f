import type { IniSection } from "@berth/std/ini";

/** What a section of `profiles.cfg` may say; the name we write first, then those that Blackfish writes. */
export const profileKeys = {
  schema: ["schema", "type"],
  host: ["host"],
  user: ["user"],
  home: ["home", "home_dir"],
  cache: ["cache", "cache_dir"],
  sshConfig: ["ssh_config"],
  partition: ["partition"],
  account: ["account"],
  qos: ["qos"],
  time: ["time"],
  constraint: ["constraint"],
  runtime: ["runtime"],
  setup: ["setup"],
  node: ["node"],
} as const;

export type ProfileField = keyof typeof profileKeys;

/** The name under which the section has the field, or that we would give it. */
export function keyOf(section: IniSection | undefined, field: ProfileField): string {
  const names: readonly string[] = profileKeys[field];
  return names.find((name) => section?.values.has(name)) ?? profileKeys[field][0];
}

/** Empty when there is none. */
export function fieldOf(section: IniSection, field: ProfileField): string {
  return section.values.get(keyOf(section, field)) ?? "";
}

/** `line 4 of profiles.cfg`, where the field stands. */
export function placeOf(section: IniSection, field: ProfileField): string {
  return `line ${section.lines.get(keyOf(section, field)) ?? section.line} of profiles.cfg`;
}
