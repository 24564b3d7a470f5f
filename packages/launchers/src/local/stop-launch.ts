import { BerthError } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import { killFamily, sendSignal } from "@berth/std/process-family";
import { isAlive, type ProcessIdentity } from "@berth/std/process-identity";
import type { LaunchRef, StopOptions } from "../launcher.ts";
import { closeLaunch } from "./close-launch.ts";
import { familyOf, giveUp } from "./launch-files.ts";
import type { LaunchPlace } from "./observe-launch.ts";
import { readRecord, type LaunchRecord } from "./launch-record.ts";

const pollMs = 10;
const killMs = 5_000;

/** Asks the runner to end, kills it when its grace is over, and everything it has left. No stranger is signalled. */
export async function stopLaunch(
  ref: LaunchRef,
  dir: string,
  { graceMs }: StopOptions,
  place: LaunchPlace,
  signal: AbortSignal,
): Promise<void> {
  const { clock, env } = place;
  const record = await readRecord(dir);
  switch (record.kind) {
    case "missing":
    case "given_up":
      return killStray(ref, clock);
    case "unclaimed":
      // a runner may be on its way: either it finds the launch taken, or we find a runner
      if (await giveUp(dir, ref.launchId)) return killStray(ref, clock);
      return stopLaunch(ref, dir, { graceMs }, place, signal);
    case "alive":
      return stopRunner(ref, dir, record, graceMs, place, signal);
    case "dead":
      await closeLaunch({ ref, dir, env, ...record }, clock);
      return undefined;
    case "unreadable":
      throw new BerthError("conflict", `${ref.launchId} cannot be stopped: ${record.reason}`);
  }
}

async function stopRunner(
  ref: LaunchRef,
  dir: string,
  { runner, state }: Extract<LaunchRecord, { kind: "alive" }>,
  graceMs: number,
  { clock, env }: LaunchPlace,
  signal: AbortSignal,
): Promise<void> {
  if (graceMs > 0) {
    // one that a server asked before it was killed goes on; asked twice it would not let its requests end
    if (isAlive(runner) && state?.phase !== "draining") sendSignal(runner.pid, "SIGTERM");
    await waitForEnd(runner, graceMs, clock, signal);
  }
  const isStubborn = isAlive(runner);
  if (isStubborn) {
    sendSignal(runner.pid, "SIGKILL");
    await waitForEnd(runner, killMs, clock, signal);
  }
  const after = await readRecord(dir);
  const last = after.kind === "dead" ? after.state : state;
  const reason = graceMs === 0 ? "killed, as asked" : `killed: it had not stopped within ${graceMs / 1000} s`;
  await closeLaunch({ ref, dir, env, runner, state: last, ...(isStubborn ? { killed: reason } : {}) }, clock);
}

async function waitForEnd(
  runner: ProcessIdentity,
  ms: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const deadline = clock.monotonic() + ms;
  while (isAlive(runner) && clock.monotonic() < deadline) await clock.sleep(pollMs, signal);
}

async function killStray(ref: LaunchRef, clock: Clock): Promise<void> {
  const survivors = await killFamily(familyOf(ref), { withinMs: killMs, clock });
  if (survivors.length > 0)
    throw new BerthError(
      "internal",
      `these processes of ${ref.launchId} do not die: ${survivors.join(", ")}`,
    );
}
