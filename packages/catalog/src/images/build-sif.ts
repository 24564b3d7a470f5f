import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { BerthError } from "@berth/api";

/** Apptainer, or what it was called before. */
const programs = ["apptainer", "singularity"] as const;

/**
 * Has Apptainer make the SIF file of the source (in its words: `docker://...`, `oci-archive:...`, a path). Throws
 * `unprocessable` where there is no Apptainer, and `upstream_failed` with its last words. It is killed when the signal aborts.
 */
export async function buildSif(
  source: string,
  target: string,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  for (const program of programs) {
    const ended = await run(program, ["build", "--force", "--disable-cache", target, source], onLine, signal);
    signal.throwIfAborted();
    if (ended.kind === "missing") continue;
    if (ended.exitCode === 0) return;
    throw new BerthError(
      "upstream_failed",
      `${program} could not make an image of ${source}: ${ended.lastLines.join("\n") || `it ended with ${ended.exitCode}`}`,
    );
  }
  throw new BerthError(
    "unprocessable",
    "there is no apptainer (nor singularity) here; where a module has it, name it in the profile: setup = module load apptainer",
  );
}

type Ended =
  | { readonly kind: "missing" }
  | { readonly kind: "ended"; readonly exitCode: number; readonly lastLines: readonly string[] };

function run(
  program: string,
  words: readonly string[],
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<Ended> {
  const { promise, resolve, reject } = Promise.withResolvers<Ended>();
  const child = spawn(program, words, { stdio: ["ignore", "pipe", "pipe"], signal });
  const lastLines: string[] = [];
  const reading = [child.stdout, child.stderr].map(async (stream) => {
    for await (const line of createInterface({ input: stream })) {
      onLine(line);
      lastLines.push(line);
      if (lastLines.length > 5) lastLines.shift();
    }
  });
  child.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") resolve({ kind: "missing" });
    else reject(signal.aborted ? (signal.reason as Error) : error);
  });
  child.on("close", (code) => {
    Promise.all(reading).then(() => resolve({ kind: "ended", exitCode: code ?? 137, lastLines }), reject);
  });
  return promise;
}
