import type { HardwarePreset } from "@berth/api";
import { CliError } from "../exit.ts";
import { nearest } from "../nearest.ts";

/** The preset of that name on that profile; without one, the one that holds everywhere. Throws `notFound`. */
export function findPreset(
  presets: readonly HardwarePreset[],
  name: string,
  profile: string | undefined,
): HardwarePreset {
  const found = presets.find((preset) => preset.name === name && preset.profile === (profile ?? null));
  if (found !== undefined) return found;
  const near = nearest(
    name,
    presets.map((preset) => preset.name).filter((other) => other !== name),
  );
  const where = profile === undefined ? "" : ` of profile ${profile}`;
  throw new CliError(
    "notFound",
    `no hardware preset "${name}"${where}${near === undefined ? "" : ` (did you mean ${near}?)`}; \`berth hardware ls\` lists them`,
  );
}
