import { CliError } from "../exit.ts";

const mebibytes: Readonly<Record<string, number>> = { K: 1 / 1024, M: 1, G: 1024, T: 1024 * 1024 };

/** Reads `16` and `16G` (gigabytes, as sbatch counts them), `500M`, `1T`. Throws a usage error that names the option. */
export function readMemoryMiB(text: string, option: string): number {
  const [, count, unit = "G"] = /^(\d+(?:\.\d+)?)([KMGT])?(?:i?B)?$/i.exec(text) ?? [];
  const mib = Math.round(Number(count) * (mebibytes[unit.toUpperCase()] ?? 0));
  if (count !== undefined && mib >= 1) return mib;
  throw new CliError("usage", `${option}: "${text}" is no size; give gigabytes (16), or as 16G, 500M`);
}
