import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { request, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import {
  launchFiles,
  launchMarkName,
  runnerSecretHeader,
  runnerStateSchema,
  type RunnerSpec,
  type RunnerState,
} from "@berth/api/runner";
import { systemClock } from "@berth/std/clock";
import { killFamily } from "@berth/std/process-family";

export const secret = "a-secret-of-the-service";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  /** False when the connection broke before the end. */
  readonly complete: boolean;
}

/** A real runner in a process of its own, on a launch directory of its own. */
export class LaunchedRunner implements AsyncDisposable {
  readonly dir: string;
  readonly root: string;
  readonly process: ChildProcess;
  stderr = "";

  readonly #env: NodeJS.ProcessEnv;

  constructor(root: string, dir: string, env: Record<string, string>) {
    this.root = root;
    this.dir = dir;
    this.#env = { ...process.env, ...env, [launchMarkName]: this.#mark };
    this.process = this.spawn();
  }

  /** Another runner on the same directory. */
  spawn(): ChildProcess {
    const entry = new URL("../main.ts", import.meta.url).pathname;
    const child = spawn(process.execPath, [entry, "--dir", this.dir], {
      env: this.#env,
      stdio: ["ignore", "ignore", "pipe"],
    });
    child.stderr.on("data", (chunk: Buffer) => (this.stderr += chunk.toString()));
    return child;
  }

  async state(): Promise<RunnerState | undefined> {
    const text = await this.read(launchFiles.state).catch(() => undefined);
    return text === undefined ? undefined : runnerStateSchema.parse(JSON.parse(text));
  }

  read(name: string): Promise<string> {
    return readFile(join(this.dir, name), "utf8");
  }

  /** Resolves once the state is in one of the phases; rejects after a minute, which only a busy machine needs. */
  async phase(...wanted: RunnerState["phase"][]): Promise<RunnerState> {
    return until(`phase ${wanted.join(" or ")}`, async () => {
      const state = await this.state();
      return state !== undefined && wanted.includes(state.phase) ? state : undefined;
    });
  }

  async logged(text: string): Promise<string> {
    return until(`"${text}" in the log`, async () => {
      const log = await this.read(launchFiles.engineLog).catch(() => "");
      return log.includes(text) ? log : undefined;
    });
  }

  /** Resolves when the runner has ended, and to its last state. */
  async ended(): Promise<RunnerState> {
    if (this.process.exitCode === null && this.process.signalCode === null) await once(this.process, "exit");
    const state = await this.state();
    if (state === undefined) throw new Error(`the runner left no state: ${this.stderr}`);
    return state;
  }

  async call(
    path: string,
    options: { body?: string | Buffer; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const { port } = await this.phase("installing", "starting", "ready", "draining");
    return new Promise((resolve, reject) => {
      const sending = request({
        host: "127.0.0.1",
        port: port ?? 0,
        path,
        method: options.body === undefined ? "GET" : "POST",
        headers: { [runnerSecretHeader]: secret, ...options.headers },
        agent: false,
      });
      sending.on("error", reject);
      sending.on("response", (response) => {
        let body = "";
        response.setEncoding("utf8");
        response.on("data", (text: string) => (body += text));
        response.on("error", () => undefined);
        response.on("close", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body,
            complete: response.complete,
          }),
        );
      });
      sending.end(options.body);
    });
  }

  get #mark(): string {
    return `home/${basename(this.dir)}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const environment = { name: launchMarkName, value: this.#mark };
    await killFamily({ environment, leader: undefined }, { withinMs: 5_000, clock: systemClock });
    await rm(this.root, { recursive: true, force: true });
  }
}

export interface RunnerSetup {
  readonly argv?: readonly string[];
  readonly env?: Record<string, string>;
  readonly spec?: Partial<RunnerSpec>;
  /** Added to the runner's own environment. */
  readonly processEnv?: Record<string, string>;
  /** Puts the launch directory this deep. */
  readonly below?: string;
}

let launches = 0;

export async function launchRunner(setup: RunnerSetup): Promise<LaunchedRunner> {
  const root = await mkdtemp(join(tmpdir(), "berth-runner-"));
  const launchId = `svc${process.pid}x${++launches}-1`;
  const dir = join(root, setup.below ?? "", launchId);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const spec: RunnerSpec = {
    version: 1,
    homeId: "home",
    serviceId: launchId.slice(0, -2),
    launchId,
    program: { kind: "command", argv: [...(setup.argv ?? [])], env: setup.env ?? {}, cwd: null },
    listen: { kind: "socket" },
    healthPath: "/health",
    startTimeoutMs: 60_000,
    drainMs: 2_000,
    bindHost: "127.0.0.1",
    maxLogBytes: 1_000_000,
    ...setup.spec,
  };
  await writeFile(join(dir, launchFiles.spec), JSON.stringify(spec), { mode: 0o600 });
  await writeFile(join(dir, launchFiles.secret), secret, { mode: 0o600 });
  return new LaunchedRunner(root, dir, setup.processEnv ?? {});
}

/** Looks every few milliseconds until there is something; rejects after ten seconds. */
export async function until<T>(what: string, look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`there was no ${what} within a minute`);
    await systemClock.sleep(10);
  }
}
