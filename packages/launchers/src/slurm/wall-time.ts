/** A wall time as `wallTimeSchema` takes it, in the words that sbatch takes: `45m`, `2h` and `1d` are ours. */
export function slurmTime(time: string): string {
  const [, count, unit] = /^(\d+)([mhd])$/.exec(time) ?? [];
  if (count === undefined) return time;
  if (unit === "m") return count;
  return unit === "h" ? `${count}:00:00` : `${count}-00:00:00`;
}
