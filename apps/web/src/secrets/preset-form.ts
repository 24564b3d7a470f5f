import type { HardwarePreset, HardwareSize } from "@berth/api";
import { numberText } from "../format/read-number.ts";

/** What stands in the dialog's fields; numbers as typed. */
export interface PresetForm {
  readonly name: string;
  /** Empty: everywhere. */
  readonly profile: string;
  readonly cpus: string;
  readonly memoryGiB: string;
  readonly gpus: string;
  readonly gpuType: string;
}

export const blankPresetForm: PresetForm = {
  name: "",
  profile: "",
  cpus: "2",
  memoryGiB: "8",
  gpus: "0",
  gpuType: "",
};

export function presetForm({ name, profile, cpus, memoryMiB, gpus, gpuType }: HardwarePreset): PresetForm {
  return {
    name,
    profile: profile ?? "",
    cpus: String(cpus),
    memoryGiB: numberText(memoryMiB / 1024),
    gpus: String(gpus),
    gpuType: gpuType ?? "",
  };
}

/** The size that the form describes; what else Slurm is asked for stays as it was. */
export function presetSize(form: PresetForm, before: HardwareSize | undefined): HardwareSize {
  const { resources } = before ?? {};
  return {
    cpus: Number(form.cpus),
    memoryMiB: Math.round(Number(form.memoryGiB) * 1024),
    gpus: Number(form.gpus === "" ? 0 : form.gpus),
    gpuType: form.gpuType.trim() === "" ? null : form.gpuType.trim(),
    ...(resources === undefined ? {} : { resources }),
  };
}
