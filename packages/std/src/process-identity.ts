import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Tells a process from a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Changes when the machine starts anew. */
  readonly bootId: string;
  /** Ticks since boot (Linux), or the start time as `ps` prints it. */
  readonly startTime: string;
}

/** The identity of a living process; `undefined` when there is none with the number, or only a zombie. */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  const startTime = process.platform === "linux" ? linuxStartTime(pid) : psStartTime(pid);
  return startTime === undefined ? undefined : { pid, bootId: bootId(), startTime };
}

/** Whether the very process still lives. A process of another machine, or of another boot of this one, does not. */
export function isAlive(identity: ProcessIdentity): boolean {
  const now = identifyProcess(identity.pid);
  return now !== undefined && now.bootId === identity.bootId && now.startTime === identity.startTime;
}

function linuxStartTime(pid: number): string | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
  // the command's name, in parentheses, may hold anything; what follows it starts with the state, field 3
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, startTime] = [fields[0], fields[19]];
  return state === "Z" || state === "X" ? undefined : startTime;
}

function psStartTime(pid: number): string | undefined {
  try {
    const [state = "", ...words] = execFileSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    })
      .trim()
      .split(/\s+/);
    return state.startsWith("Z") ? undefined : words.join(" ");
  } catch (error) {
    if (exitedWithOne(error)) return undefined;
    throw error;
  }
}

let knownBootId: string | undefined;

function bootId(): string {
  knownBootId ??= (
    process.platform === "linux"
      ? readFileSync("/proc/sys/kernel/random/boot_id", "utf8")
      : execFileSync("sysctl", ["-n", "kern.boottime"], { encoding: "utf8" })
  ).trim();
  return knownBootId;
}

/** ESRCH: the process ended between the file's opening and its reading. */
function isGone(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === "ENOENT" || code === "ESRCH";
}

/** How `ps` says that it found nothing. */
function exitedWithOne(error: unknown): boolean {
  return (error as { status?: number | null }).status === 1;
}
