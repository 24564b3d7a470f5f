import type { HardwareSize } from "@berth/api";

/** `time=2h, partition=gpu`. */
export function furtherResources(resources: HardwareSize["resources"]): string {
  return Object.entries(resources ?? {})
    .map(([name, value]) => `${name}=${Array.isArray(value) ? value.join(" ") : String(value)}`)
    .join(", ");
}
