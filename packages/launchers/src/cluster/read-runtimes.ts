import type { Runtime } from "@berth/api";
import { shellQuote } from "@berth/std/shell-quote";

/**
 * What can wrap an engine there, after the site's own set-up line: many sites have their container runtime in a module. A
 * login shell, as Slurm jobs have one, because `module` is one of its functions.
 */
export function runtimesCommand(setup: string | undefined): string {
  const script = [
    setup ?? ":",
    `printf '@setup %d\\n' "$?"`,
    `for tool in apptainer singularity podman; do command -v "$tool" >/dev/null 2>&1 && printf '@has %s\\n' "$tool"; done`,
    `srun --help 2>/dev/null | grep -q -- --container-image && printf '@has pyxis\\n'`,
    ":",
  ].join("\n");
  return `bash -lc ${shellQuote(script)}`;
}

export interface RuntimesFound {
  /** Best first, the plain process last. */
  readonly runtimes: readonly Runtime[];
  /** What the set-up line ended with; null when it ended the shell. */
  readonly setupExitCode: number | null;
}

export function readRuntimes(lines: readonly string[]): RuntimesFound {
  const found = new Set(lines.flatMap((line) => /^@has (\w+)$/.exec(line)?.[1] ?? []));
  const setup = lines.map((line) => /^@setup (\d+)$/.exec(line)?.[1]).find((code) => code !== undefined);
  const runtimes: Runtime[] = [];
  if (found.has("apptainer") || found.has("singularity")) runtimes.push("apptainer");
  if (found.has("pyxis")) runtimes.push("pyxis");
  if (found.has("podman")) runtimes.push("podman");
  return { runtimes: [...runtimes, "process"], setupExitCode: setup === undefined ? null : Number(setup) };
}
