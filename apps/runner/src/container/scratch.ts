import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import type { ContainerFacts } from "@berth/api/runner";
import { fillBraces } from "@berth/std/fill-braces";
import { runInTurn } from "@berth/std/run-in-turn";
import { secretsDirOf } from "../engine/write-secrets.ts";
import type { Launch } from "../read-launch.ts";

const cleanupMs = 60_000;

/** What a container's words are filled with, and its directories made; `undefined` for a program in none. */
export async function containerFacts({ dir, spec }: Launch): Promise<ContainerFacts | undefined> {
  if (spec.program.kind !== "command" || spec.program.container === undefined) return undefined;
  // short: the path of a socket goes on from here
  const scratch = await mkdtemp(join(tmpdir(), "berth-c-"));
  for (const name of ["io", "work"]) await mkdir(join(scratch, name), { mode: 0o700 });
  return {
    launch: spec.launchId,
    homeId: spec.homeId,
    secrets: secretsDirOf(dir),
    scratch,
    home: homedir(),
    uid: String(process.getuid?.() ?? 0),
    gid: String(process.getgid?.() ?? 0),
  };
}

/** Where the engine's socket lies, which is all that is mounted of the scratch directory. */
export function ioDirOf({ scratch }: ContainerFacts): string {
  return join(scratch, "io");
}

/**
 * Ends what lives of the container and deletes its directory. Resolves to the directory if something is left, for the
 * launcher to try again.
 */
export async function leaveNothing(
  { spec }: Launch,
  facts: ContainerFacts,
  env: Readonly<Record<string, string>>,
): Promise<string | null> {
  const cleanup = spec.program.kind === "command" ? (spec.program.container?.cleanup ?? []) : [];
  const commands = cleanup.map((words) => words.map((word) => fillBraces(word, facts)));
  const problem = await runInTurn(commands, { env, timeoutMs: cleanupMs });
  if (problem !== undefined) {
    console.error(problem);
    return facts.scratch;
  }
  await rm(facts.scratch, { recursive: true, force: true });
  return null;
}
