import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** One process of this machine, as far as this user may see it. */
export interface ProcessRow {
  readonly pid: number;
  readonly parentPid: number;
  readonly groupId: number;
}

/** Every living process; zombies are not among them. Blocks for a few milliseconds. */
export function readProcessTable(): readonly ProcessRow[] {
  return process.platform === "linux" ? readProc() : readPs();
}

/** The processes that `pid` started, and those that they started, and so on; not itself. */
export function descendants(table: readonly ProcessRow[], pid: number): readonly ProcessRow[] {
  const children = table.filter((row) => row.parentPid === pid && row.pid !== pid);
  return children.flatMap((child) => [child, ...descendants(table, child.pid)]);
}

/**
 * Whether the process was started with this environment variable, by itself or by an ancestor. False where the system
 * does not tell (anything but Linux) and for processes of other users.
 */
export function wasStartedWith(pid: number, name: string, value: string): boolean {
  if (process.platform !== "linux") return false;
  const environment = readProcFile(`/proc/${pid}/environ`);
  return environment !== undefined && `\0${environment}`.includes(`\0${name}=${value}\0`);
}

/** What these processes hold in memory together, pages that they share counted for each. Ended ones count nothing. */
export function residentMiB(pids: readonly number[]): number {
  const kibibytes = process.platform === "linux" ? pids.map(procResidentKiB) : psResidentKiB(pids);
  return kibibytes.reduce((sum, one) => sum + one, 0) / 1024;
}

function readProc(): ProcessRow[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    const stat = readProcFile(`/proc/${name}/stat`);
    if (stat === undefined) return [];
    // the command's name, in parentheses, may hold anything; what follows it starts with the state, field 3
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z" || fields[0] === "X") return [];
    return [{ pid: Number(name), parentPid: Number(fields[1]), groupId: Number(fields[2]) }];
  });
}

function readPs(): ProcessRow[] {
  const table = execFileSync("ps", ["-axo", "pid=,ppid=,pgid=,stat="], { encoding: "utf8" });
  return table.split("\n").flatMap((line) => {
    const [pid, parentPid, groupId, state] = line.trim().split(/\s+/);
    if (state === undefined || state.startsWith("Z")) return [];
    return [{ pid: Number(pid), parentPid: Number(parentPid), groupId: Number(groupId) }];
  });
}

function procResidentKiB(pid: number): number {
  const status = readProcFile(`/proc/${pid}/status`) ?? "";
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0);
}

function psResidentKiB(pids: readonly number[]): number[] {
  const wanted = new Set(pids);
  const table = execFileSync("ps", ["-axo", "pid=,rss="], { encoding: "utf8" });
  return table.split("\n").flatMap((line) => {
    const [pid, rss] = line.trim().split(/\s+/).map(Number);
    return pid !== undefined && rss !== undefined && wanted.has(pid) ? [rss] : [];
  });
}

/** `undefined` when the process has ended meanwhile or belongs to somebody else. */
function readProcFile(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (["ENOENT", "ESRCH", "EACCES", "EPERM"].includes(code)) return undefined;
    throw error;
  }
}
