import type { Check } from "@berth/api";

/** Parts of a check of a profile's place. */
export function fine(id: string, message: string): Check {
  return { id, status: "ok", message, fix: null };
}

export function warning(id: string, message: string, fix: string): Check {
  return { id, status: "warning", message, fix };
}

export function failed(id: string, message: string, fix: string): Check {
  return { id, status: "failed", message, fix };
}
