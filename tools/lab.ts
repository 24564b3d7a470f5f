import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { labObstacle } from "../e2e/slurm/lab.ts";

/** A second lab beside the first: hosts of the Debian that has Slurm 24.11. */
export const newerSlurm: Readonly<Record<string, string>> = {
  LAB_SUITE: "trixie",
  LAB_DIR: "/var/tmp/slurm-lab-trixie",
  LAB_PREFIX: "slt",
  LAB_PORT: "2242",
};

/** A cluster that runs, or why there is none. */
export type RaisedLab =
  | { readonly kind: "up"; readonly lower: () => void }
  | { readonly kind: "missing"; readonly reason: string };

/**
 * Starts the Slurm lab that tests run on, installing what it is made of where this process may. One that was up already
 * is left up at the end.
 */
export function raiseLab(
  top: string,
  environment: Readonly<Record<string, string>>,
  say: (text: string) => void,
): RaisedLab {
  const obstacle = labObstacle();
  if (obstacle !== undefined) return { kind: "missing", reason: obstacle };
  const env = { ...process.env, ...environment };
  const run = (script: string): number | null =>
    spawnSync(join(top, "e2e/slurm/lab", script), { env, stdio: ["ignore", "ignore", "inherit"] }).status;
  const wasUp = run("status") === 0;
  say("the Slurm lab");
  const status = run("up");
  if (status !== 0) {
    run("down");
    return { kind: "missing", reason: `e2e/slurm/lab/up ended with ${status}` };
  }
  return { kind: "up", lower: () => void (wasUp ? 0 : run("down")) };
}
