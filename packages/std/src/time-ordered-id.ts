import { randomUUID } from "node:crypto";

/** A UUID of version 7 (RFC 9562): later ones sort behind earlier ones, so that an index of them grows at its end only. */
export function timeOrderedId(nowMs: number): string {
  const time = nowMs.toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
