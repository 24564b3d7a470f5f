import { randomBytes } from "node:crypto";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startBerth, top, type Berth, type BerthOptions } from "../berth-process.ts";
import { runProgram, type Ended } from "../run-program.ts";
import { startLab, type Lab } from "./lab.ts";

/** A server on the "laptop" with the lab's cluster as a profile, and everything of it gone at the end. */
export interface Cluster {
  readonly lab: Lab;
  readonly berth: Berth;
  /** The profile's home and cache on the cluster. */
  readonly home: string;
  readonly cache: string;
  /** Runs the `berth` command against the server, without a terminal. */
  cli(...words: readonly string[]): Promise<Ended>;
  /** The same, and throws with what it printed unless it ends with 0; resolves to its standard output. */
  ok(...words: readonly string[]): Promise<string>;
  /** A server on the same home, after the first has ended. */
  restart(options?: Pick<BerthOptions, "flags" | "environment">): Promise<void>;
  dispose(): Promise<void>;
}

export const profileName = "lab";
const entry = join(top, "bin/berth");
/** Node and engines, fetched and packed once for all tests of this machine. */
const enginesDir = join(tmpdir(), "berth-test-engines");

/** What is brought to a cluster once for each home is the same bytes for all: later homes get links to the first's. */
const bringOver = 'mkdir -m 700 "$2"; for d in "$1"/*; do [ ! -d "$d" ] || cp -al "$d" "$2"/; done';
const keep = 'mkdir -p "$1"; for d in runtime engines; do [ ! -d "$2/$d" ] || cp -al -n "$2/$d" "$1/"; done';

/** The words that add the lab as a profile without a question. */
export function addProfileWords(lab: Lab, home: string, cache: string): readonly string[] {
  return [
    "profile",
    "add",
    profileName,
    "--schema=slurm",
    `--host=${lab.host}`,
    `--user=${lab.user}`,
    `--home=${home}`,
    `--cache=${cache}`,
    `--ssh-config=${lab.sshConfig}`,
    "--yes",
  ];
}

export interface ClusterOptions extends BerthOptions {
  readonly adds?: boolean;
  /** The cluster has nothing of ours yet, not even what an earlier test has brought there. */
  readonly bare?: boolean;
  /** Of the lab's own settings, those that differ. */
  readonly lab?: Readonly<Record<string, string>>;
}

/** Starts lab and server; the profile is added by the command line unless `adds` is false. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const lab = startLab(options.lab);
  const id = randomBytes(4).toString("hex");
  const home = `/home/${lab.user}/berth-${id}`;
  const cache = `/home/${lab.user}/cache-${id}`;
  const kept = `/home/${lab.user}/.berth-test`;
  lab.exec("login", ["mkdir", cache], { user: lab.user });
  if (options.bare !== true) lab.exec("login", ["sh", "-c", bringOver, "sh", kept, home], { user: lab.user });
  const localHome = await mkdtemp(join(tmpdir(), "berth-far-"));
  // a server that is killed and started again wants its ports back, and others of the tests take the first free ones
  const environment = {
    BERTH_SERVICE_PORTS: "19000-19899",
    ...options.environment,
    BERTH_ENGINES_DIR: enginesDir,
  };
  let berth = await startBerth({ demo: false, ...options, environment, home: localHome });
  const cli: Cluster["cli"] = (...words) =>
    runProgram([entry, ...words], { environment: { BERTH_HOME_DIR: localHome } });
  const ok: Cluster["ok"] = async (...words) => {
    const { exitCode, stdout, stderr } = await cli(...words);
    if (exitCode === 0) return stdout;
    throw new Error(
      `berth ${words.join(" ")} ended with ${exitCode}:\n${stdout}${stderr}\n${berth.output()}`,
    );
  };
  if (options.adds !== false) await ok(...addProfileWords(lab, home, cache));
  return {
    lab,
    get berth() {
      return berth;
    },
    home,
    cache,
    cli,
    ok,
    restart: async (given) => {
      berth = await startBerth({
        demo: false,
        ...options,
        ...given,
        environment: { ...environment, ...given?.environment },
        home: localHome,
      });
    },
    dispose: async () => {
      await berth.dispose();
      lab.exec("login", ["scancel", `--user=${lab.user}`], { user: lab.user });
      lab.exec("login", ["sh", "-c", keep, "sh", kept, home], { user: lab.user });
      lab.exec("login", ["rm", "-rf", home, cache], { user: lab.user });
    },
  };
}
