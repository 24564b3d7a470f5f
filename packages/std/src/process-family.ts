import type { Clock } from "./clock.ts";
import { identifyProcess, isAlive, type ProcessIdentity } from "./process-identity.ts";
import { descendants, readProcessTable, wasStartedWith, type ProcessRow } from "./process-table.ts";

/** How a process and all that came of it are told from everything else on the machine. */
export interface FamilyMark {
  /** An environment variable that its first process was started with, and its children inherit. */
  readonly environment: { readonly name: string; readonly value: string };
  /** The leader of a process group of its own. */
  readonly leader: ProcessIdentity | undefined;
}

/** The family's living processes: bearers of the variable, the leader's group, and the descendants of both; never this one. */
export function familyMembers(mark: FamilyMark): readonly number[] {
  const table = readProcessTable();
  const groupId = livingGroup(mark.leader, table);
  const { name, value } = mark.environment;
  const known = table.filter((row) => row.groupId === groupId || wasStartedWith(row.pid, name, value));
  const all = known.flatMap((row) => [row.pid, ...descendants(table, row.pid).map((child) => child.pid)]);
  return [...new Set(all)].filter((pid) => pid !== process.pid && pid > 1);
}

/**
 * Kills the family until none of it lives, also those born meanwhile. Resolves to the pids that still live after
 * `withinMs`: processes stuck in the kernel, or such as this user may not signal.
 */
export async function killFamily(
  mark: FamilyMark,
  options: { readonly withinMs: number; readonly clock: Clock },
): Promise<readonly number[]> {
  const deadline = options.clock.monotonic() + options.withinMs;
  let known: readonly ProcessIdentity[] = [];
  for (;;) {
    // a dying process lets go of its environment before it is gone: who was of the family stays of it until then
    const dying = known.filter(isAlive);
    known = [...dying, ...identitiesBeside(dying, familyMembers(mark))];
    const members = known.map(({ pid }) => pid);
    if (members.length === 0 || options.clock.monotonic() > deadline) return members;
    for (const pid of members) sendSignal(pid, "SIGKILL");
    await options.clock.sleep(10);
  }
}

/** Who has these numbers now, without those known already. */
function identitiesBeside(
  known: readonly ProcessIdentity[],
  pids: readonly number[],
): readonly ProcessIdentity[] {
  const numbers = new Set(known.map(({ pid }) => pid));
  return pids.filter((pid) => !numbers.has(pid)).flatMap((pid) => identifyProcess(pid) ?? []);
}

/** Whether a process (or, for a negative number, a group) was there to be told. One that is not ours was not told. */
export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ESRCH" || code === "EPERM") return false;
    throw error;
  }
}

/**
 * The leader's group, if it is still his: he lives, or nobody has his number, which stays taken while the group has
 * members. After another boot it is not.
 */
function livingGroup(leader: ProcessIdentity | undefined, table: readonly ProcessRow[]): number | undefined {
  if (leader === undefined) return undefined;
  const now = identifyProcess(leader.pid);
  const isStranger = now !== undefined && now.startTime !== leader.startTime;
  const here = now?.bootId ?? identifyProcess(process.pid)?.bootId;
  if (isStranger || here !== leader.bootId) return undefined;
  return table.some((row) => row.groupId === leader.pid) ? leader.pid : undefined;
}
