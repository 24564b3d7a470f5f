import { stat } from "node:fs/promises";
import { join } from "node:path";
import { launchFiles, launchMarkName, launchMarkOf, type RunnerSpec } from "@berth/api/runner";
import { replaceFile } from "@berth/std/whole-file";
import { engineCommand, type CommandFacts } from "./command.ts";
import { dieWithParent } from "./die-with-parent.ts";
import type { EngineStart } from "./engine-process.ts";
import { findProgram } from "./find-program.ts";

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
  const command = engineCommand(spec.program, facts);
  const mark = launchMarkOf(spec);
  const fullEnv: Record<string, string> = { ...env, ...command.env, [launchMarkName]: mark };
  if (!(await isDirectory(command.cwd))) {
    const reason = `the working directory ${command.cwd} is not there`;
    return { kind: "refused", exitCode: configurationExitCode, reason };
  }
  const program = await findProgram(command.argv[0], command.cwd, fullEnv.PATH ?? "");
  if (program.kind === "missing")
    return { kind: "refused", exitCode: program.exitCode, reason: program.reason };
  return {
    kind: "prepared",
    words: [...(await dieWithParent(env.PATH ?? "")), program.path, ...command.argv.slice(1)],
    cwd: command.cwd,
    env: fullEnv,
    holdsStdin: command.endsWithStdin,
    mark,
  };
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    // whatever the cause, nothing can work there
    return false;
  }
}
