import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { BerthError, launchFiles } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import { readLastLines } from "@berth/std/last-lines";
import { readRecord } from "./launch-record.ts";

export interface RunnerProgram {
  readonly nodePath: string;
  /** The words after it: the runner's entry. */
  readonly runnerArgv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly claimTimeoutMs: number;
  readonly clock: Clock;
}

const pollMs = 4;
const tailLines = 40;

/**
 * Starts a runner on the directory, in a session of its own that outlives this process. Resolves when the launch is
 * claimed, by this runner or another one; rejects (`service_failed`) with what it printed when it ends before that.
 */
export async function spawnRunner(dir: string, program: RunnerProgram, signal: AbortSignal): Promise<void> {
  const { clock } = program;
  const logPath = join(dir, launchFiles.runnerLog);
  const log = await open(logPath, "a", 0o600);
  let ended: string | undefined;
  let child: ChildProcess;
  let end: Promise<unknown>;
  try {
    child = spawn(program.nodePath, [...program.runnerArgv, "--dir", dir], {
      cwd: "/",
      detached: true,
      env: program.env,
      stdio: ["ignore", log.fd, log.fd],
    });
    end = once(child, "exit").then(
      ([exitCode, by]) => (ended = by === null ? `exited with code ${exitCode}` : `was killed by ${by}`),
      (error: Error) => (ended = `could not be started: ${error.message}`),
    );
    child.unref();
  } finally {
    await log.close();
  }
  const deadline = clock.monotonic() + program.claimTimeoutMs;
  for (;;) {
    // asked before looking: a runner that has ended may have claimed first
    const isOver = ended !== undefined;
    const record = await readRecord(dir);
    if (record.kind !== "unclaimed") return;
    if (isOver || clock.monotonic() > deadline) break;
    await clock.sleep(pollMs, signal);
  }
  if (ended === undefined) {
    child.kill("SIGKILL");
    await end;
    if ((await readRecord(dir)).kind !== "unclaimed") return;
    ended = `did not begin within ${program.claimTimeoutMs / 1000} s`;
  }
  const words = await readLastLines(logPath, tailLines);
  throw new BerthError("service_failed", [`the runner ${ended}`, ...words].join("\n"));
}
