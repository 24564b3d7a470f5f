/** The lab: a real Slurm cluster behind a real sshd on this machine (`e2e/slurm/lab/up` tells how it is built). */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const scripts = join(import.meta.dirname, "lab");

export interface Lab {
  /** Where it keeps its state. */
  readonly dir: string;
  /** For `ssh -F`; its host `login-lo` is reached from this machine, `login` from the laptop's network only. */
  readonly sshConfig: string;
  readonly host: "login-lo";
  readonly user: "hpcuser";
  /** As root (or `user`) on a host of the cluster, behind the scenes: what no client could do. Throws when it fails. */
  exec(host: string, words: readonly string[], options?: { readonly user?: string }): string;
  /** Ends it, and removes what it kept. */
  lower(): void;
  /** Breaks or mends something: `fault("wan", "delay=100")`. */
  fault(...words: readonly string[]): void;
}

/** Starts what of it does not run yet. Throws with the script's words when it cannot. */
export function startLab(environment: Readonly<Record<string, string>> = {}): Lab {
  const env = { ...process.env, ...environment };
  const run = (script: string, words: readonly string[]): string =>
    execFileSync(join(scripts, script), words, { env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  run("up", []);
  const dir = env["LAB_DIR"] ?? "/var/tmp/slurm-lab";
  return {
    dir,
    sshConfig: join(dir, "laptop/ssh_config"),
    host: "login-lo",
    user: "hpcuser",
    exec: (host, words, { user } = {}) =>
      run("lab-exec", [...(user === undefined ? [] : ["-u", user]), host, ...words]),
    lower: () => void run("down", []),
    fault: (...words) => void run("fault", words),
  };
}

/**
 * Why jobs of a lab here cannot run containers; `undefined` when they can. Obtains Apptainer and Podman from the package
 * archive, where they are missing.
 */
export function containersObstacle(): string | undefined {
  const obstacle = labObstacle();
  if (obstacle !== undefined) return obstacle;
  const env = { ...process.env, LAB_APPTAINER: "1", LAB_PODMAN: "1" };
  const { status, stderr } = spawnSync(join(scripts, "up"), ["packages"], { env, encoding: "utf8" });
  return status === 0 ? undefined : `Apptainer and Podman cannot be had: ${stderr.trim()}`;
}

/** Why this machine cannot have a lab; `undefined` when it can. */
export function labObstacle(): string | undefined {
  if (process.platform !== "linux") return "it needs Linux";
  if (process.getuid?.() !== 0) return "it needs root, for network namespaces";
  if (!existsSync("/usr/bin/apt-get")) return "it needs Debian's packages (apt-get)";
  const probe = spawnSync("unshare", ["-n", "true"]);
  return probe.status === 0 ? undefined : "it may not make network namespaces";
}
