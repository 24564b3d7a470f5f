import type { StaleListing } from "@berth/api";
import { relativeTime } from "../terminal/relative-time.ts";

/** What is shown of a profile that cannot be looked at now. */
export function staleWords(
  { profile, seenAt, reason }: StaleListing,
  nowMs: number,
  nothing = "its models are not known",
): string {
  const shown = seenAt === null ? nothing : `its models are those of ${relativeTime(seenAt, nowMs)}`;
  return `profile ${profile}: ${reason}; ${shown}`;
}
