import { readFile, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { BerthError, launchFiles, runnerSpecSchema, type ContainerFacts, type RunnerState } from "@berth/api";
import { fillBraces } from "@berth/std/fill-braces";
import { runInTurn } from "@berth/std/run-in-turn";

const cleanupMs = 60_000;

/**
 * Ends and deletes what a dead runner has left of its container, which no process family holds. Rejects (`internal`)
 * with what the runtime said when something may be left.
 */
export async function cleanContainer(
  dir: string,
  state: RunnerState | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const scratch = state?.scratchDir;
  if (typeof scratch !== "string") return;
  const { homeId, launchId, program } = runnerSpecSchema.parse(
    JSON.parse(await readFile(join(dir, launchFiles.spec), "utf8")),
  );
  const facts: ContainerFacts = {
    launch: launchId,
    homeId,
    secrets: join(dir, "secrets"),
    scratch,
    home: homedir(),
    uid: String(process.getuid?.() ?? 0),
    gid: String(process.getgid?.() ?? 0),
  };
  const cleanup = program.kind === "command" ? (program.container?.cleanup ?? []) : [];
  const commands = cleanup.map((words) => words.map((word) => fillBraces(word, facts)));
  const problem = await runInTurn(commands, { env, timeoutMs: cleanupMs });
  if (problem !== undefined)
    throw new BerthError("internal", `the container of ${launchId} may still be there: ${problem}`);
  await rm(scratch, { recursive: true, force: true });
}
