import type { HardwareSize } from "@berth/api";
import { formatMiB } from "../format/size.ts";

/** "8 CPUs · 64 GiB · 1 GPU (a100)". */
export function sizeWords({ cpus, memoryMiB, gpus, gpuType }: HardwareSize): string {
  return [
    cpus === 1 ? "1 CPU" : `${cpus} CPUs`,
    formatMiB(memoryMiB),
    gpus === 0
      ? undefined
      : `${gpus === 1 ? "1 GPU" : `${gpus} GPUs`}${gpuType === null ? "" : ` (${gpuType})`}`,
  ]
    .filter((part) => part !== undefined)
    .join(" · ");
}
