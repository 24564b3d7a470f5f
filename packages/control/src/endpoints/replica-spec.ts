import {
  BerthError,
  builtInPresets,
  type CreateService,
  type EndpointConfiguration,
  type HardwarePreset,
  type Profile,
  secretPlaceholder,
} from "@berth/api";
import type { HardwarePresetRow } from "@berth/store";

/** The presets as they are: people's own, and those that came along where nobody has changed them. */
export function allPresets(own: readonly HardwarePresetRow[]): readonly HardwarePreset[] {
  const everywhere = new Set(own.flatMap(({ name, profile }) => (profile === null ? [name] : [])));
  const builtIn = Object.entries(builtInPresets)
    .filter(([name]) => !everywhere.has(name))
    .map(([name, size]) => ({ name, profile: null, isBuiltIn: true, ...size }));
  return [...builtIn, ...own.map((row) => ({ ...row, isBuiltIn: false }))].toSorted((a, b) =>
    a.name.localeCompare(b.name),
  );
}

/** A profile's own preset of the name, or the one for everywhere. Throws `unprocessable`, naming those there are. */
export function findPreset(
  name: string,
  profile: string,
  presets: readonly HardwarePreset[],
): HardwarePreset {
  const named = presets.filter((preset) => preset.name === name);
  const found =
    named.find((preset) => preset.profile === profile) ?? named.find((preset) => preset.profile === null);
  if (found !== undefined) return found;
  const names = [...new Set(presets.map((preset) => preset.name))];
  throw new BerthError(
    "unprocessable",
    `there is no hardware preset ${name}; choose from ${names.join(", ")}`,
    {
      param: "hardware",
      details: { presets: names },
    },
  );
}

/** What to order for one more replica there. What the template says itself wins over the preset. */
export function replicaSpec(
  configuration: EndpointConfiguration,
  profile: Pick<Profile, "name" | "schema">,
  presets: readonly HardwarePreset[],
): CreateService {
  const { template, hardware, secrets } = configuration;
  if (template === null)
    throw new BerthError("conflict", "nothing is launched for it: workers of your own take its jobs");
  const preset = hardware === null ? undefined : findPreset(hardware, profile.name, presets);
  const isSlurm = profile.schema === "slurm";
  const sized = preset === undefined ? template : withSize(template, preset, isSlurm);
  const env = Object.fromEntries(secrets.map((use) => [use.env, secretPlaceholder(use)]));
  return {
    ...sized,
    profile: profile.name,
    ...(secrets.length === 0 ? {} : { env: { ...env, ...sized.env } }),
    // before its wall time is over, another takes over without a gap
    ...(isSlurm ? { renew: true } : {}),
  };
}

function withSize(template: CreateService, preset: HardwarePreset, isSlurm: boolean): CreateService {
  const { cpus, memoryMiB, gpus, gpuType } = preset;
  if (!isSlurm) return { ...template, options: { threads: cpus, ...template.options } };
  const gres = gpus === 0 ? {} : { gres: gpuType === null ? `gpu:${gpus}` : `gpu:${gpuType}:${gpus}` };
  return {
    ...template,
    resources: { ntasksPerNode: cpus, memoryMiB, ...gres, ...preset.resources, ...template.resources },
  };
}
