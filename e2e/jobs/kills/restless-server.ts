import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cleanEnvironment, startBerth, top, type Berth } from "../../berth-process.ts";

const serverEntry = join(top, "apps/server/dist/server.mjs");

/** An answer; or nobody was there; or it broke off, and nobody knows what became of the question. */
export type Asked = { readonly status: number; readonly text: string } | "away" | "lost";

/** A server that is killed and started again, on one home and one port. */
export class RestlessServer {
  readonly #port: number;
  readonly #flags: readonly string[];
  #berth: Berth;

  private constructor(port: number, flags: readonly string[], berth: Berth) {
    this.#port = port;
    this.#flags = flags;
    this.#berth = berth;
  }

  static async open(flags: readonly string[]): Promise<RestlessServer> {
    const port = await lowPort();
    const all = ["--port", String(port), ...flags];
    return new RestlessServer(port, all, await startBerth({ demo: false, flags: all }));
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get berth(): Berth {
    return this.#berth;
  }

  kill(): Promise<void> {
    return this.#berth.kill("SIGKILL");
  }

  /** Resolves when it answers. */
  async start(): Promise<void> {
    const { home } = this.#berth;
    this.#berth = await startBerth({ demo: false, flags: this.#flags, home });
  }

  /** Resolves when it is gone again: maybe before it could answer. */
  async startForMs(ms: number): Promise<void> {
    const words = [serverEntry, "start", "--home-dir", this.#berth.home, "--no-demo", ...this.#flags];
    const child = spawn(process.execPath, words, { env: cleanEnvironment(), stdio: "ignore" });
    const gone = once(child, "exit");
    await sleep(ms);
    child.kill("SIGKILL");
    const [, signal] = (await gone) as [number | null, string | null];
    if (signal !== "SIGKILL") throw new Error("the server ended by itself before it was killed");
  }

  async ask(path: string, init?: RequestInit): Promise<Asked> {
    try {
      const response = await this.#berth.fetch(path, init);
      return { status: response.status, text: await response.text() };
    } catch (error) {
      const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
      return code === "ECONNREFUSED" ? "away" : "lost";
    }
  }

  /** Asks until there is an answer, and throws when that is a refusal. */
  async insist<T>(path: string, init?: RequestInit): Promise<T> {
    for (;;) {
      const answer = await this.ask(path, init);
      if (typeof answer === "object") {
        if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${answer.text}`);
        return JSON.parse(answer.text) as T;
      }
      await sleep(50);
    }
  }
}

/** Below those that the kernel gives to whoever calls: while the server is away nobody gets its port by chance. */
async function lowPort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false)).listen(port, "127.0.0.1", () => resolve(true));
    });
    if (!isFree) continue;
    server.close();
    await once(server, "close");
    return port;
  }
}
