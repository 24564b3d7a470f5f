import { builtInPresets, type HardwarePreset, type Secret } from "@berth/api";

const dayMs = 86_400_000;

export function typicalSecrets(now: number): Secret[] {
  return [
    {
      name: "hub-token",
      owner: "ada",
      provider: "huggingface",
      usedBy: ["ada/summaries"],
      createdAt: now - 30 * dayMs,
      updatedAt: now - 4 * dayMs,
    },
    {
      name: "bird-archive-password",
      owner: "birds",
      provider: null,
      usedBy: [],
      createdAt: now - 12 * dayMs,
      updatedAt: now - 12 * dayMs,
    },
  ];
}

/** Those that Berth brings along, and one of a profile's own. */
export function typicalPresets(): HardwarePreset[] {
  const builtIn = Object.entries(builtInPresets).map(([name, size]): HardwarePreset => ({
    name,
    profile: null,
    isBuiltIn: true,
    ...size,
  }));
  const own: HardwarePreset = {
    name: "cpu-sm",
    profile: "scratch",
    isBuiltIn: false,
    cpus: 2,
    memoryMiB: 4096,
    gpus: 0,
    gpuType: null,
  };
  return [...builtIn, own];
}
