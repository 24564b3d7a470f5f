import type { Runtime } from "@berth/api";
import { runWords } from "@berth/std/run-words";

type Environment = Readonly<Record<string, string | undefined>>;

interface RuntimeProbe {
  readonly runtime: Exclude<Runtime, "process" | "pyxis">;
  /** Succeeds where containers can be started: a client without its daemon is of no use. */
  readonly words: readonly string[];
}

const probes: readonly RuntimeProbe[] = [
  { runtime: "docker", words: ["docker", "version", "--format", "{{.Server.Version}}"] },
  { runtime: "podman", words: ["podman", "info", "--format", "{{.Store.GraphDriverName}}"] },
  { runtime: "apptainer", words: ["apptainer", "--version"] },
];
const probeMs = 10_000;

/**
 * The runtimes that this user can use on this machine now: a plain process always, then those of containers. One that
 * does not answer in time counts: a busy machine is no reason to say that it is not there. Never rejects.
 */
export async function probeRuntimes(env: Environment): Promise<readonly Runtime[]> {
  const ends = await Promise.all(probes.map(({ words }) => runWords(words, { env, timeoutMs: probeMs })));
  const found = probes.flatMap(({ runtime }, index): Runtime[] => {
    const end = ends[index];
    return end?.kind === "late" || (end?.kind === "ended" && end.exitCode === 0) ? [runtime] : [];
  });
  return ["process", ...found];
}

/** How many GPUs NVIDIA's driver shows; 0 where there is none. Never rejects. */
export async function probeGpus(env: Environment): Promise<number> {
  const end = await runWords(["nvidia-smi", "--list-gpus"], { env, timeoutMs: probeMs });
  if (end.kind !== "ended" || end.exitCode !== 0) return 0;
  return end.stdout.split("\n").filter((line) => line.startsWith("GPU ")).length;
}
