import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findPython, layHost } from "@berth/python-host";
import type { HandlerFile } from "../handler-file.ts";
import { askSocket, readWhole } from "./ask-socket.ts";
import type { CalledPython } from "./python-handler.ts";

export interface PythonOptions {
  readonly file: HandlerFile;
  /** A directory of its own, removed at its end. Its path is short: a socket lies there. */
  readonly dir: string;
  /** Where environments are kept. */
  readonly environmentsDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What the file wants. */
export interface AboutPython {
  /** `python 3.12.1`. */
  readonly about: string;
  readonly concurrency: number;
  readonly hasModifier: boolean;
  /** In proxy mode, the server's address. */
  readonly baseUrl: string | null;
}

const pollMs = 100;
/** From a broken connection to the end of its process. */
const dyingMs = 5_000;
const partingMs = 2_000;

/** Python's host with the handler in it, as a child of this process: it ends with it. What it prints goes where ours does. */
export class PythonProcess implements CalledPython {
  readonly socketPath: string;
  /** Resolves when it runs no more, with how it ended. */
  readonly ended: Promise<string>;
  readonly #child: ChildProcess;
  readonly #dir: string;
  readonly #secret: string;
  #hasEnded = false;
  /** Nobody can be left: its number may be another group's. */
  #isCleared = false;

  /** Throws where there is no Python. */
  static async start({ file, dir, environmentsDir, env }: PythonOptions): Promise<PythonProcess> {
    const python = findPython(env.PATH ?? "");
    if (python === undefined)
      throw new Error(`there is no python3 on this machine (PATH is ${env.PATH ?? "empty"})`);
    const secret = randomBytes(24).toString("hex");
    const socketPath = join(dir, "socket");
    const words = await layHost(
      dir,
      {
        file: file.path,
        className: file.name ?? null,
        requirements: file.requirements,
        systemDependencies: [],
        environments: environmentsDir,
        workerSecret: secret,
      },
      socketPath,
    );
    // the key is the worker's: no package that is installed need see it
    const { BERTH_API_KEY: _, ...rest } = env;
    const child = spawn(python, words, {
      env: { ...rest, BERTH_HANDLER_TIED: "group", PYTHONUNBUFFERED: "1" },
      stdio: ["pipe", "inherit", "inherit"],
      // the terminal's signals are the worker's, who lets it finish
      detached: true,
    });
    return new PythonProcess(child, dir, socketPath, secret);
  }

  private constructor(child: ChildProcess, dir: string, socketPath: string, secret: string) {
    this.#child = child;
    this.#dir = dir;
    this.#secret = secret;
    this.socketPath = socketPath;
    this.ended = new Promise((resolve) => {
      const end = (how: string): void => {
        this.#hasEnded = true;
        this.kill();
        resolve(how);
      };
      child.once("error", (error) => end(error.message));
      child.once("exit", (code, signal) => end(signal ?? `exit code ${code}`));
    });
    process.once("exit", this.kill);
  }

  /** Resolves when the handler can be called. Rejects when it ends before. */
  async ready(): Promise<AboutPython> {
    for (;;) {
      const about = await this.#tryAbout();
      if (about !== undefined) return about;
      if (this.#hasEnded) throw new Error(`Python ended before the handler was loaded (${await this.ended})`);
      await Promise.race([sleep(pollMs), this.ended]);
    }
  }

  /** Asks the host itself. Rejects with what it says is wrong. */
  async ask<T>(route: string, told: unknown): Promise<T> {
    const answer = await askSocket(this.socketPath, {
      path: route,
      headers: { "content-type": "application/json", "x-berth-worker": this.#secret },
      body: JSON.stringify(told),
    });
    const text = (await readWhole(answer)).toString("utf8");
    if (answer.statusCode !== 200) throw new Error(`Python's host answered ${answer.statusCode}: ${text}`);
    return JSON.parse(text) as T;
  }

  readonly afterBreak = async (): Promise<void> => {
    const isAlive = await Promise.race([sleep(dyingMs, true, { ref: false }), this.ended.then(() => false)]);
    if (!isAlive) await new Promise(() => undefined);
  };

  /** Lets Python see to its own end, for a moment. Resolves when it is gone. */
  async end(): Promise<void> {
    await this.ask("/-/end", {}).catch(() => undefined);
    await Promise.race([sleep(partingMs, undefined, { ref: false }), this.ended]);
    this.kill();
    await this.ended;
  }

  /** Ends it at once, with all that it has started: what it leaves behind keeps its group's number from anybody else. */
  readonly kill = (): void => {
    process.off("exit", this.kill);
    if (this.#isCleared) return;
    try {
      if (this.#child.pid !== undefined) process.kill(-this.#child.pid, "SIGKILL");
    } catch {
      // nothing of it is left
    }
    this.#clear();
  };

  async #tryAbout(): Promise<AboutPython | undefined> {
    try {
      return await this.ask<AboutPython>("/-/about", {});
    } catch {
      return undefined; // it makes its environment, or loads the handler
    }
  }

  #clear(): void {
    this.#isCleared = this.#hasEnded;
    rmSync(this.#dir, { recursive: true, force: true });
  }
}
