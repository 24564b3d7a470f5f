import { spawn } from "node:child_process";
import { cleanEnvironment } from "./berth-process.ts";

export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProgramOptions {
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs a program, without a terminal and without input, until it ends. */
export function runProgram(
  [file, ...words]: readonly [file: string, ...words: string[]],
  { cwd, environment }: ProgramOptions = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, words, {
      ...(cwd === undefined ? {} : { cwd }),
      env: cleanEnvironment(environment),
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", reject);
    child.on("close", (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}

/** The same, for programs that have to succeed: rejects with the last that they said when they end with anything but 0. */
export async function mustRun(
  argv: readonly [file: string, ...words: string[]],
  options?: ProgramOptions,
): Promise<Ended> {
  const ended = await runProgram(argv, options);
  if (ended.exitCode === 0) return ended;
  const said = (ended.stderr.trim() || ended.stdout.trim()).split("\n").slice(-5).join("\n");
  throw new Error(`${argv.join(" ")} ended with ${ended.exitCode}: ${said}`);
}
