import type { RunnerExit, RunnerState } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import { familyMembers } from "@berth/std/process-family";
import { isAlive } from "@berth/std/process-identity";
import type { LaunchRef, Observation } from "../launcher.ts";
import { closeLaunch } from "./close-launch.ts";
import { familyOf } from "./launch-files.ts";
import { readRecord } from "./launch-record.ts";

export interface LaunchPlace {
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Between a runner's last word in its state file and its end. */
const lastBreathMs = 2_000;

/** Looks at the directory and the processes; a launch found dead is closed on the way. Never rejects. */
export async function observeLaunch(
  ref: LaunchRef,
  dirOf: (ref: LaunchRef) => string,
  { clock, env }: LaunchPlace,
): Promise<Observation> {
  try {
    return await look(ref, dirOf(ref), { clock, env });
  } catch (error) {
    return { kind: "unknown", reason: (error as Error).message };
  }
}

async function look(ref: LaunchRef, dir: string, { clock, env }: LaunchPlace): Promise<Observation> {
  const record = await readRecord(dir);
  switch (record.kind) {
    case "missing":
      return lookForMissing(ref, dir);
    case "unclaimed":
      return familyMembers(familyOf(ref)).length === 0
        ? { kind: "absent" }
        : { kind: "queued", detail: "the runner is starting", expectedStartMs: undefined };
    case "given_up":
      return exited("stopped before it began", true);
    case "alive": {
      if (record.state?.phase !== "exited") return running(record.state);
      const deadline = clock.monotonic() + lastBreathMs;
      while (isAlive(record.runner)) {
        if (clock.monotonic() > deadline) return running(record.state);
        await clock.sleep(5);
      }
      return look(ref, dir, { clock, env });
    }
    case "dead":
      return { kind: "exited", exit: await closeLaunch({ ref, dir, env, ...record }, clock) };
    case "unreadable":
      return { kind: "unknown", reason: record.reason };
  }
}

function lookForMissing(ref: LaunchRef, dir: string): Observation {
  const [pid] = familyMembers(familyOf(ref));
  if (pid !== undefined)
    return { kind: "unknown", reason: `${dir} is gone, and yet pid ${pid} of the launch lives` };
  // it was accepted once, so "nothing was ever started" would be wrong
  return ref.handle === undefined ? { kind: "absent" } : exited(`its directory ${dir} was deleted`, false);
}

function running(state: RunnerState | undefined): Observation {
  const address =
    typeof state?.port === "number" ? { url: `http://${bracketed(state.host)}:${state.port}` } : undefined;
  return { kind: "running", address, transport: "direct", state };
}

function bracketed(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

function exited(reason: string, requested: boolean): Observation {
  const exit: RunnerExit = { exitCode: null, signal: null, reason, logTail: [], requested };
  return { kind: "exited", exit };
}
