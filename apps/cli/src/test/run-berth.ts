import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const main = join(import.meta.dirname, "../main.ts");

export interface Run {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** What it reads; nothing, at once, when absent. */
  readonly stdin?: string;
  /** What is typed once that has been printed: one after the other, each looked for after the last. */
  readonly types?: readonly (readonly [shown: string, answer: string])[];
  readonly cwd?: string;
  /** Sends Ctrl-C once this has been printed. */
  readonly interruptAt?: string;
}

/** Runs the real command in a process of its own, away from any Berth of this machine's user. */
export function runBerth(words: readonly string[], options: RunOptions = {}): Promise<Run> {
  return runNode([main, ...words], options);
}

/** The same with another build of it: a path, then its words. */
export function runNode(words: readonly string[], options: RunOptions = {}): Promise<Run> {
  return runProgram(process.execPath, words, options);
}

/** Whether this machine can lend a terminal (util-linux has `script`). */
export const hasTerminal =
  spawnSync("script", ["--version"], { encoding: "utf8" }).stdout?.includes("util-linux") === true;

/** The same at a terminal of that width: standard output and error are one there. */
export function runBerthAtTerminal(
  words: readonly string[],
  columns: number,
  options: RunOptions = {},
): Promise<Run> {
  const quoted = [process.execPath, main, ...words].map((word) => `'${word}'`).join(" ");
  return runProgram("script", ["-qefc", `stty cols ${columns}; ${quoted}`, "/dev/null"], {
    ...options,
    env: { TERM: "xterm", ...options.env },
  });
}

function runProgram(program: string, words: readonly string[], options: RunOptions): Promise<Run> {
  const home = mkdtempSync(join(tmpdir(), "berth-cli-"));
  const child = spawn(program, words, {
    cwd: options.cwd ?? home,
    env: { PATH: process.env["PATH"] ?? "", HOME: home, BERTH_HOME_DIR: home, NO_COLOR: "1", ...options.env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  let isInterrupted = false;
  const typing = [...(options.types ?? [])];
  let seen = 0;
  const told = (): void => {
    for (const [shown, answer] of typing.slice(0, 1)) {
      const at = stdout.indexOf(shown, seen);
      if (at < 0) break;
      seen = at + shown.length;
      typing.shift();
      child.stdin.write(answer);
    }
    if (
      isInterrupted ||
      options.interruptAt === undefined ||
      !(stdout + stderr).includes(options.interruptAt)
    )
      return;
    isInterrupted = true;
    child.kill("SIGINT");
  };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    told();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    told();
  });
  child.stdin.on("error", () => undefined);
  if (options.types === undefined) child.stdin.end(options.stdin ?? "");
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      rmSync(home, { recursive: true, force: true });
      resolve({ code, signal, stdout, stderr });
    });
  });
}
