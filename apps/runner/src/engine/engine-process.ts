import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { launchMarkName } from "@berth/api/runner";
import type { Clock } from "@berth/std/clock";
import { familyMembers, killFamily, sendSignal, type FamilyMark } from "@berth/std/process-family";
import { identifyProcess, type ProcessIdentity } from "@berth/std/process-identity";
import { descendants, readProcessTable, residentMiB } from "@berth/std/process-table";
import { memoryKills, type EngineEnd } from "./end-words.ts";
import type { EngineLog } from "./engine-log.ts";

export interface EngineProcess {
  readonly identity: ProcessIdentity;
  /** Resolves when the process is gone, all that it started is killed and its output is in the log. */
  readonly ended: Promise<EngineEnd>;
  /** Aborts as soon as the process is gone. */
  readonly gone: AbortSignal;
  /** SIGTERM to its group; SIGKILL to all of it after `graceMs`. Resolves as `ended` does. */
  stop(graceMs: number): Promise<EngineEnd>;
  /** What it and all that it started hold in memory. */
  memoryMiB(): number;
}

/** A process to start: the program's path and its arguments. */
export interface EngineStart {
  readonly words: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Keeps a pipe to its standard input open, for programs that end with it. */
  readonly holdsStdin: boolean;
  /** What it does is done by processes that are not its children, and bear the mark. */
  readonly isContained: boolean;
  /** The value of its `launchMarkName` variable. */
  readonly mark: string;
}

const familyDeathMs = 5_000;
const outputDrainMs = 500;

/** Starts the engine in a process group of its own. Rejects when the system cannot. */
export async function startEngineProcess(
  start: EngineStart,
  log: EngineLog,
  clock: Clock,
): Promise<EngineProcess> {
  const killsBefore = memoryKills();
  const [file = "", ...args] = start.words;
  const child = spawn(file, args, {
    cwd: start.cwd,
    env: { ...start.env, [launchMarkName]: start.mark },
    detached: true,
    stdio: [start.holdsStdin ? "pipe" : "ignore", "pipe", "pipe"],
  });
  // read at once: even if it has ended, it is not reaped before the event loop turns
  const leader = child.pid === undefined ? undefined : identifyOrGuess(child.pid);
  if (leader === undefined) throw await once(child, "error").then(([error]) => error as Error);
  record(child, log);

  const family: FamilyMark = { environment: { name: launchMarkName, value: start.mark }, leader };
  const gone = new AbortController();
  const closed = once(child, "close");
  const ended = (async (): Promise<EngineEnd> => {
    const [exitCode, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
    gone.abort(new Error("the engine has ended"));
    const survivors = await killFamily(family, { withinMs: familyDeathMs, clock });
    if (survivors.length > 0) console.error(`these do not die: ${survivors.join(", ")}`);
    // a survivor may hold the pipes for ever
    await Promise.race([closed, clock.sleep(outputDrainMs)]);
    await log.settled();
    return { exitCode, signal, memoryRanOut: memoryKills() > killsBefore };
  })();
  return {
    identity: leader,
    ended,
    gone: gone.signal,
    stop: async (graceMs) => {
      if (!gone.signal.aborted) sendSignal(-leader.pid, "SIGTERM");
      await Promise.race([ended, clock.sleep(graceMs)]);
      child.kill("SIGKILL");
      return ended;
    },
    memoryMiB: () => {
      if (start.isContained) return Math.round(residentMiB(familyMembers(family)));
      const table = readProcessTable();
      const group = table.filter((row) => row.groupId === leader.pid);
      const members = [...group, ...group.flatMap((row) => descendants(table, row.pid))];
      return Math.round(residentMiB([...new Set(members.map((row) => row.pid))]));
    },
  };
}

/** A process that ended within its first moment has no start time any more, and needs none. */
function identifyOrGuess(pid: number): ProcessIdentity {
  const bootId = identifyProcess(process.pid)?.bootId ?? "";
  return identifyProcess(pid) ?? { pid, bootId, startTime: "" };
}

function record(child: ChildProcess, log: EngineLog): void {
  // the pipe breaks when the engine ends first, which its exit tells
  child.stdin?.on("error", () => undefined);
  for (const output of [child.stdout, child.stderr]) {
    output?.on("data", (chunk: Buffer) => {
      if (log.write(chunk)) return;
      output.pause();
      void log.settled().then(() => output.resume());
    });
  }
}
