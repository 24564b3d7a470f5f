import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { launchFiles, launchMarkName, launchMarkOf, type RunnerSpec } from "@berth/api/runner";
import { replaceFile } from "@berth/std/whole-file";
import { engineCommand, type CommandFacts } from "./command.ts";
import { dieWithParent } from "./die-with-parent.ts";
import type { EngineStart } from "./engine-process.ts";
import { findProgram } from "./find-program.ts";
import { forwarded, livesOutside } from "../container/contained.ts";
import { writeSecrets } from "./write-secrets.ts";
import { privateWords, type PrivateWords } from "../private-port/private-words.ts";

/** What is ready to be started, or why nothing can be, with the exit code a shell would give. */
export type PreparedEngine =
  | ({ readonly kind: "prepared" } & EngineStart)
  | { readonly kind: "refused"; readonly exitCode: number; readonly reason: string };

/** EX_CONFIG of sysexits.h: no retry mends it. */
const configurationExitCode = 78;

/** Writes what the engine needs into the launch directory and finds its program. */
export async function prepareEngine(
  spec: RunnerSpec,
  facts: CommandFacts,
  env: Readonly<Record<string, string>>,
): Promise<PreparedEngine> {
  if (spec.program.kind === "embedded")
    await replaceFile(join(facts.dir, launchFiles.engineConfig), JSON.stringify(spec.program.config));
  const secretEnv = await writeSecrets(spec, facts.dir);
  const command = engineCommand(spec.program, facts);
  const mark = launchMarkOf(spec);
  const fullEnv: Record<string, string> = {
    ...env,
    ...command.env,
    ...secretEnv,
    [launchMarkName]: mark,
    ...forwarded(spec.program, { ...env, [launchMarkName]: mark }),
  };
  if (!(await isDirectory(command.cwd))) {
    const reason = `the working directory ${command.cwd} is not there`;
    return { kind: "refused", exitCode: configurationExitCode, reason };
  }
  const program = await findProgram(command.argv[0], command.cwd, fullEnv.PATH ?? "");
  if (program.kind === "missing")
    return { kind: "refused", exitCode: program.exitCode, reason: program.reason };
  const enclosure = await enclose(facts, env.PATH ?? "");
  if (enclosure.kind === "refused")
    return { kind: "refused", exitCode: configurationExitCode, reason: enclosure.reason };
  const unmade = await makeDirectories(spec);
  if (unmade !== undefined) return { kind: "refused", exitCode: configurationExitCode, reason: unmade };
  return {
    kind: "prepared",
    words: [
      // a client that is killed says nothing to its container
      ...(await dieWithParent(env.PATH ?? "", livesOutside(spec.program) ? "TERM" : "KILL")),
      ...enclosure.words,
      program.path,
      ...command.argv.slice(1),
    ],
    cwd: command.cwd,
    env: fullEnv,
    holdsStdin: command.endsWithStdin,
    isContained: livesOutside(spec.program),
    mark,
  };
}

/** What goes before the program's words, so that nobody else reaches its port. */
async function enclose({ address, runnerArgv }: CommandFacts, path: string): Promise<PrivateWords> {
  if (address.kind !== "private-port") return { kind: "granted", words: [] };
  const granted = await privateWords(runnerArgv, address.socketPath, path);
  if (granted.kind === "granted") return granted;
  return {
    kind: "refused",
    reason: `other users of this machine could reach the engine's port, and no network of its own is granted here (${granted.reason}); --allow-shared-port launches it all the same`,
  };
}

/** Makes what the container mounts and is ours to make; resolves to what is wrong when one cannot be. */
async function makeDirectories({ program }: RunnerSpec): Promise<string | undefined> {
  const makes = program.kind === "command" ? (program.container?.makes ?? []) : [];
  for (const path of makes) {
    try {
      await mkdir(path, { recursive: true, mode: 0o700 });
    } catch (error) {
      return `the directory ${path} cannot be made: ${(error as Error).message}`;
    }
  }
  return undefined;
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    // whatever the cause, nothing can work there
    return false;
  }
}
