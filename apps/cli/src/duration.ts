import { CliError } from "./exit.ts";

const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** Reads `90`, `90s`, `5m`, `2h`, `30d`, `1h30m` as seconds. Throws a usage error that names the option. */
export function readDuration(text: string, option: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)([smhdw]?)/g)];
  const whole = parts.map(([part]) => part).join("");
  const total = parts.reduce(
    (sum, [, count, unit]) => sum + Number(count) * (seconds[unit === "" ? "s" : (unit ?? "")] ?? 0),
    0,
  );
  if (whole !== text || total <= 0) {
    throw new CliError("usage", `${option}: "${text}" is no duration; give seconds, or as 90s, 5m, 2h, 30d`);
  }
  return total;
}
