import { rm } from "node:fs/promises";
import { join } from "node:path";
import { BerthError, launchFiles, type ProcessIdentity, type RunnerExit, type RunnerState } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import { readLastLines } from "@berth/std/last-lines";
import { killFamily } from "@berth/std/process-family";
import { replaceFile } from "@berth/std/whole-file";
import type { LaunchRef } from "../launcher.ts";
import { cleanContainer } from "./clean-container.ts";
import { familyOf } from "./launch-files.ts";
import { isOfThisBoot } from "./launch-record.ts";

export interface DeadLaunch {
  readonly ref: LaunchRef;
  readonly dir: string;
  readonly runner: ProcessIdentity;
  readonly state: RunnerState | undefined;
  /** What the runner was started with, as far as runtimes of containers read it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Why we killed the runner, if we did. */
  readonly killed?: string;
}

const reapMs = 5_000;
const logTailLines = 40;

/**
 * Says how a launch ended whose runner is gone. A runner that could not say it itself may have left an engine: what is
 * left is killed, and the end is written down in the runner's place. Rejects (`internal`) when something does not die.
 */
export async function closeLaunch(dead: DeadLaunch, clock: Clock): Promise<RunnerExit> {
  const { ref, dir, runner, state, killed, env } = dead;
  if (state?.phase === "exited" && state.exit !== null) {
    // it could not do it, and said so
    await cleanContainer(dir, state, env);
    if (typeof state.scratchDir === "string") await writeEnd(dead, state.exit, clock.now());
    return state.exit;
  }
  if (isOfThisBoot(runner)) {
    const survivors = await killFamily(familyOf(ref, state?.engine), { withinMs: reapMs, clock });
    if (survivors.length > 0)
      throw new BerthError(
        "internal",
        `these processes of ${ref.launchId} do not die: ${survivors.join(", ")}`,
      );
  }
  await cleanContainer(dir, state, env);
  if (typeof state?.socketDir === "string") await rm(state.socketDir, { recursive: true, force: true });
  const exit: RunnerExit = {
    exitCode: null,
    signal: null,
    reason: killed ?? (await lastWords(dir, runner)),
    logTail: await engineLogTail(dir),
    requested: killed !== undefined || state?.phase === "draining",
  };
  await writeEnd(dead, exit, clock.now());
  return exit;
}

async function lastWords(dir: string, runner: ProcessIdentity): Promise<string> {
  if (!isOfThisBoot(runner)) return "the machine was started anew";
  const words = await readLastLines(join(dir, launchFiles.runnerLog), logTailLines);
  const told = words.length === 0 ? "without a word" : `and said:\n${words.join("\n")}`;
  return `the runner (pid ${runner.pid}) died ${told}`;
}

async function engineLogTail(dir: string): Promise<string[]> {
  const late = await readLastLines(join(dir, launchFiles.engineLog), logTailLines);
  if (late.length === logTailLines) return late;
  const early = await readLastLines(join(dir, launchFiles.earlierEngineLog), logTailLines - late.length);
  return [...early, ...late];
}

async function writeEnd(dead: DeadLaunch, exit: RunnerExit, now: number): Promise<void> {
  const { ref, dir, runner } = dead;
  const state: RunnerState = {
    version: 1,
    serviceId: ref.serviceId,
    launchId: ref.launchId,
    host: "127.0.0.1",
    port: null,
    runner,
    engine: null,
    ...dead.state,
    socketDir: null,
    scratchDir: null,
    phase: "exited",
    progress: null,
    exit,
    updatedAt: now,
  };
  try {
    await replaceFile(join(dir, launchFiles.state), JSON.stringify(state));
  } catch (error) {
    // nothing is lost on a full or read-only disk: whoever looks next finds out the same again
    if (!["ENOSPC", "EDQUOT", "EROFS"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}
