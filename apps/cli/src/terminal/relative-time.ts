const units = [
  { ms: 86_400_000, name: "day", plural: "days", brief: "d" },
  { ms: 3_600_000, name: "hour", plural: "hours", brief: "h" },
  { ms: 60_000, name: "min", plural: "min", brief: "m" },
  { ms: 1000, name: "sec", plural: "sec", brief: "s" },
] as const;

/** `7 hours ago`, `1 min ago`, `just now`; `in 2 days` for what is to come. */
export function relativeTime(atMs: number, nowMs: number): string {
  const unit = unitOf(atMs, nowMs);
  if (unit === undefined) return "just now";
  const count = countOf(atMs, nowMs, unit.ms);
  const text = `${count} ${count === 1 ? unit.name : unit.plural}`;
  return atMs > nowMs ? `in ${text}` : `${text} ago`;
}

/** `7h`, `1m`, `now`. */
export function briefTime(atMs: number, nowMs: number): string {
  const unit = unitOf(atMs, nowMs);
  if (unit === undefined) return "now";
  return `${countOf(atMs, nowMs, unit.ms)}${unit.brief}`;
}

/** `0:51`, `1:02:03`. */
export function clockTime(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number): string => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** What has passed counts when it is whole; what is to come was chosen round, and the clock has run since. */
function countOf(atMs: number, nowMs: number, unitMs: number): number {
  return atMs > nowMs ? Math.round((atMs - nowMs) / unitMs) : Math.floor((nowMs - atMs) / unitMs);
}

function unitOf(atMs: number, nowMs: number): (typeof units)[number] | undefined {
  return units.find(({ ms }) => Math.abs(nowMs - atMs) >= ms);
}
