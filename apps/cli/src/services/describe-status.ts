import type { Service } from "@berth/api";

/** `STARTING (loading 62 %)`. */
export function describeStatus({ status, statusReason }: Service): string {
  return statusReason === null || statusReason === "" ? status : `${status} (${statusReason})`;
}
