const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** A wall time as `wallTimeSchema` takes it, in the words that sbatch takes: `45m`, `2h` and `1d` are ours. */
export function slurmTime(time: string): string {
  const [, count, unit] = /^(\d+)([mhd])$/.exec(time) ?? [];
  if (count === undefined) return time;
  if (unit === "m") return count;
  return unit === "h" ? `${count}:00:00` : `${count}-00:00:00`;
}

/** How long it is. */
export function wallTimeSeconds(time: string): number {
  const [days, clock] = slurmTime(time).includes("-")
    ? (slurmTime(time).split("-") as [string, string])
    : ["", slurmTime(time)];
  const [first = 0, second = 0, third = 0] = clock.split(":").map(Number);
  // after days come hours, without days a lone number is minutes and two are minutes and seconds
  if (days !== "") return Number(days) * day + first * hour + second * minute + third;
  return clock.split(":").length === 3 ? first * hour + second * minute + third : first * minute + second;
}
