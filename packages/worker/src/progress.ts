import type { JobProgress } from "@berth/api";
import { cutJobProgress } from "@berth/api/job-words";

/** What a handler says of its progress, as the wire has it: whole numbers, and no total where it makes no sense. */
export function progressOf(
  done: number,
  total: number | undefined,
  message: string | undefined,
): JobProgress {
  const whole = (value: number): number => (Number.isFinite(value) ? Math.max(0, Math.round(value)) : 0);
  const all = total === undefined ? 0 : whole(total);
  return cutJobProgress({ done: whole(done), total: all > 0 ? all : null, message: message ?? null });
}
