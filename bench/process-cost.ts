import { readFile } from "node:fs/promises";

/** Linux counts in hundredths of a second. */
const ticksPerSecond = 100;
const kibibytesPerMebibyte = 1024;

/** Processor time that the process has taken so far, in all its threads. */
export async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  // the program's name may hold spaces and brackets
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

export interface Memory {
  /** What lies in memory, also what other processes use as well. */
  readonly residentMiB: number;
  /** The same, with what is shared divided among those who share it. */
  readonly proportionalMiB: number;
  /** What is no file's: heap, stacks, compiled code. */
  readonly ownMiB: number;
}

export async function memoryOf(pid: number): Promise<Memory> {
  const [status, rollup] = await Promise.all([
    readFile(`/proc/${pid}/status`, "utf8"),
    readFile(`/proc/${pid}/smaps_rollup`, "utf8"),
  ]);
  return {
    residentMiB: mebibytes(status, "VmRSS"),
    proportionalMiB: mebibytes(rollup, "Pss"),
    ownMiB: mebibytes(status, "RssAnon"),
  };
}

function mebibytes(text: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1]) / kibibytesPerMebibyte;
}
