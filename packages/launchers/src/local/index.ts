/** Launches on this machine, as processes of this user that outlive the server. It holds nothing in memory. */
import { rm } from "node:fs/promises";
import { BerthError } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import type { Launcher, LaunchRef } from "../launcher.ts";
import { runnerEnvironment } from "./environment.ts";
import { familyOf, giveUp, launchDir, writeLaunch, type LaunchesDir } from "./launch-files.ts";
import { readRecord } from "./launch-record.ts";
import { observeLaunch } from "./observe-launch.ts";
import { readLog } from "./read-log.ts";
import { spawnRunner } from "./spawn-runner.ts";
import { stopLaunch } from "./stop-launch.ts";

export interface LocalLauncherOptions {
  /** The Node that runs the runner. */
  readonly nodePath: string;
  /** What it is given: the runner's entry. `--dir DIR` is added. */
  readonly runnerArgv: readonly string[];
  /** Where a profile's launches lie: `<home>/launches`. Made when absent. */
  readonly launchesDir: LaunchesDir;
  /** The server's environment, of which engines get what they need. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** How long a runner may take to begin; 30 s when absent. */
  readonly claimTimeoutMs?: number;
}

const defaultClaimTimeoutMs = 30_000;

export function createLocalLauncher(options: LocalLauncherOptions): Launcher {
  const { clock, launchesDir, claimTimeoutMs = defaultClaimTimeoutMs } = options;
  const dirOf = (ref: LaunchRef): string => launchDir(ref, launchesDir);

  return {
    async launch(request, signal) {
      const dir = dirOf(request);
      signal.throwIfAborted();
      const record = await readRecord(dir);
      if (record.kind === "missing" || record.kind === "unclaimed") {
        await writeLaunch(dir, request);
        const env = runnerEnvironment(options.env, familyOf(request).environment);
        await spawnRunner(dir, { ...options, claimTimeoutMs, env }, signal);
      }
      return dir;
    },

    async observe(refs) {
      const look = async (ref: LaunchRef) =>
        [ref.launchId, await observeLaunch(ref, dirOf, options)] as const;
      return new Map(await Promise.all(refs.map(look)));
    },

    stop: (ref, stop, signal) => stopLaunch(ref, dirOf(ref), stop, options, signal),

    logs(ref, log, signal) {
      const dir = dirOf(ref);
      const isOver = async (): Promise<boolean> => {
        const { kind } = await observeLaunch(ref, dirOf, options);
        return kind === "exited" || kind === "absent";
      };
      return readLog({ ...log, dir, isOver, clock, signal });
    },

    async forget(ref) {
      const dir = dirOf(ref);
      const observation = await observeLaunch(ref, dirOf, options);
      switch (observation.kind) {
        case "running":
        case "queued":
          throw new BerthError("conflict", `${ref.launchId} is running: stop it before it is forgotten`);
        case "unknown":
          throw new BerthError("conflict", `${ref.launchId} may be running: ${observation.reason}`);
        case "absent":
          // so that no runner that is on its way finds a launch
          if (!(await giveUp(dir, ref.launchId)) && (await readRecord(dir)).kind !== "missing")
            throw new BerthError("conflict", `${ref.launchId} was launched just now`);
          break;
        case "exited":
          break;
      }
      await rm(dir, { recursive: true, force: true });
    },
  };
}
