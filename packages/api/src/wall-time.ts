/** Wall times as sbatch and people write them. */

const unitSeconds: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400 };

/**
 * Seconds of a wall time: `30` (minutes), `1:30` (minutes and seconds), `1:30:00`, `1-12` (days and hours), `1-12:30`,
 * `2-00:00:00`; or `45m`, `2h`, `1d`. `undefined` for anything else, and for none at all.
 */
export function wallTimeSeconds(text: string): number | undefined {
  const short = /^(\d+)([mhd])$/.exec(text);
  if (short !== null) return positive(Number(short[1]) * (unitSeconds[short[2] ?? ""] ?? 0));
  const [, days, clock] = /^(?:(\d+)-)?(\d+(?::\d{1,2}){0,2})$/.exec(text) ?? [];
  if (clock === undefined) return undefined;
  const parts = clock.split(":").map(Number);
  const [first = 0, second = 0, third = 0] = parts;
  if (days !== undefined) return positive(Number(days) * 86_400 + first * 3600 + second * 60 + third);
  if (parts.length === 1) return positive(first * 60);
  return positive(parts.length === 2 ? first * 60 + second : first * 3600 + second * 60 + third);
}

/** As Slurm reads it, whatever the form was: `HH:MM:SS`, with days before where there are any. */
export function slurmTime(seconds: number): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  const days = Math.floor(seconds / 86_400);
  const clock = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, Math.floor(seconds) % 60];
  return `${days > 0 ? `${days}-` : ""}${clock.map(two).join(":")}`;
}

const names = [
  { seconds: 86_400, name: "day" },
  { seconds: 3600, name: "hour" },
  { seconds: 60, name: "minute" },
  { seconds: 1, name: "second" },
] as const;

/** In at most two units: `30 minutes`, `1 hour 30 minutes`, `2 days`. */
export function durationInWords(seconds: number): string {
  let rest = Math.max(0, Math.round(seconds));
  const words: string[] = [];
  for (const unit of names) {
    const count = Math.floor(rest / unit.seconds);
    rest -= count * unit.seconds;
    if (count > 0) words.push(`${count} ${unit.name}${count === 1 ? "" : "s"}`);
    // what is smaller than the next unit does not matter beside this one
    else if (words.length > 0) break;
  }
  return words.slice(0, 2).join(" ") || "0 seconds";
}

function positive(seconds: number): number | undefined {
  return seconds > 0 ? seconds : undefined;
}
