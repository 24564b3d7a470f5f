import { spawn, type ChildProcess } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { until } from "../until.ts";

export interface Ran {
  readonly exitCode: number;
  /** Standard output and standard error, as they came. */
  readonly output: string;
}

/** One bash for a whole page: variables and directories last from command to command, as they do for a reader. */
export class Shell {
  readonly #bash: ChildProcess;
  readonly #statuses: AsyncIterator<string>;
  readonly #folder: string;
  readonly #cwd: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #background: ChildProcess[] = [];
  #count = 0;

  private constructor(cwd: string, folder: string, env: NodeJS.ProcessEnv) {
    this.#cwd = cwd;
    this.#folder = folder;
    this.#env = env;
    this.#bash = spawn("bash", ["--norc", "--noprofile"], {
      cwd,
      env,
      detached: true,
      stdio: ["pipe", "ignore", "ignore", "pipe"],
    });
    this.#statuses = createInterface(this.#bash.stdio[3] as NodeJS.ReadableStream)[Symbol.asyncIterator]();
  }

  /** `folder` takes the commands and what they print. */
  static async open(cwd: string, folder: string, env: NodeJS.ProcessEnv): Promise<Shell> {
    await mkdir(folder, { recursive: true });
    return new Shell(cwd, folder, env);
  }

  /** Runs the command in this shell, with nothing on standard input. Throws with what it printed when it takes too long. */
  async run(command: string, deadlineMs = 60_000): Promise<Ran> {
    const { script, output } = await this.#write(command);
    this.#bash.stdin?.write(`source ${script} > ${output} 2>&1 < /dev/null 3>&-; echo $? >&3\n`);
    const timer = setTimeout(() => void endGroup(this.#bash, "SIGKILL"), deadlineMs);
    const status = await this.#statuses.next();
    clearTimeout(timer);
    const printed = await readFile(output, "utf8").catch(() => "");
    if (status.done === true)
      throw new Error(`the shell ended, or ${deadlineMs / 1000} s went by, at: ${command}\n${printed}`);
    return { exitCode: Number(status.value), output: printed };
  }

  /** Starts the command beside the shell; resolves with what it has printed once `isUp` finds in that what it wants. */
  async start(command: string, isUp: (printed: string) => boolean): Promise<string> {
    const { script, output } = await this.#write(command);
    const child = spawn("bash", ["--norc", "-c", `source ${script} > ${output} 2>&1`], {
      cwd: this.#cwd,
      env: this.#env,
      detached: true,
      stdio: "ignore",
    });
    this.#background.push(child);
    return until(`"${command}" to print what the page shows`, async () => {
      const printed = await readFile(output, "utf8").catch(() => "");
      if (isUp(printed)) return printed;
      if (child.exitCode !== null) throw new Error(`"${command}" ended: ${printed}`);
      return undefined;
    });
  }

  /** Ends the shell and what was started beside it, and resolves when they are gone. */
  async close(): Promise<void> {
    await Promise.all([...this.#background, this.#bash].map((child) => endGroup(child, "SIGTERM")));
  }

  async #write(command: string): Promise<{ script: string; output: string }> {
    const base = join(this.#folder, String((this.#count += 1)));
    await writeFile(`${base}.sh`, `${command}\n`);
    return { script: `${base}.sh`, output: `${base}.out` };
  }
}

/** A bash leads its group: whatever it has started in the foreground ends with it. Resolves when all of it is gone. */
async function endGroup(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const { pid } = child;
  if (pid === undefined || !isGroupAlive(pid)) return;
  process.kill(-pid, signal);
  child.stdin?.end();
  await until("what the page has started to end", () => (isGroupAlive(pid) ? undefined : true));
}

function isGroupAlive(pid: number): boolean {
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    return false; // nobody is in it any more
  }
}
