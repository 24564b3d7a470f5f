import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  launchMarkOf,
  runnerSecretHeader,
  runnerStateSchema,
  type Profile,
  type Resources,
  type RunnerState,
} from "@berth/api";
import type { Launcher, LaunchRef, LaunchRequest, PreviewingLauncher } from "@berth/launchers";
import { SchedulerMeter } from "@berth/launchers/cluster";
import type { ConformancePlace, EngineAct } from "@berth/launchers/conformance";
import { createSshHost, type SshHost } from "@berth/launchers/remote";
import { createSlurmLauncher, Installer, Packer, type SlurmLauncherOptions } from "@berth/launchers/slurm";
import { systemClock } from "@berth/std/clock";
import { shellQuote } from "@berth/std/shell-quote";
import { top } from "../../berth-process.ts";
import { startLab, type Lab } from "../lab.ts";

export const secret = "a-secret-of-the-service";
const computeNodes = ["c1", "g1", "g2"];
/** Node's programs need some; the lab's own default is little. */
const resources: Resources = { time: "20", memoryMiB: 600 };

export interface RequestOptions {
  readonly resources?: Resources;
  /** Words after the engine's own. */
  readonly words?: readonly string[];
}

/** A home of its own on the lab's cluster, in which real jobs run real runners. */
export class SlurmPlace implements ConformancePlace, AsyncDisposable {
  readonly lab: Lab = startLab();
  readonly id = randomBytes(4).toString("hex");
  readonly home: string;
  readonly cacheDir: string;
  readonly #localDir = mkdtempSync(join(tmpdir(), "berth-far-"));
  readonly #requested: LaunchRequest[] = [];
  #host: SshHost | undefined;

  constructor(options: { readonly home?: string; readonly cacheDir?: string } = {}) {
    this.home = options.home ?? `/home/${this.lab.user}/place-${this.id}`;
    this.cacheDir = options.cacheDir ?? join(tmpdir(), "berth-lab-packs");
    this.user("mkdir", "-p", this.home);
    this.write(
      `${this.home}/engine.mjs`,
      readFileSync(join(top, "packages/testing/src/scripted-engine.mjs"), "utf8"),
    );
    // what is the same for every place is moved there once
    this.user("sh", "-c", `mkdir -p ~/runtimes && ln -s ~/runtimes ${shellQuote(`${this.home}/runtime`)}`);
  }

  /** One connection, as a server has. */
  get host(): SshHost {
    this.#host ??= createSshHost({
      facts: { host: this.lab.host, user: this.lab.user, sshConfig: this.lab.sshConfig },
      controlDir: join(this.#localDir, "ssh"),
      clock: systemClock,
      env: process.env,
    });
    return this.#host;
  }

  get profile(): Profile {
    return {
      id: "lab",
      name: "lab",
      default: true,
      status: "ready",
      statusReason: null,
      schema: "slurm",
      home: this.home,
      cache: this.home,
      slurm: { host: this.lab.host, user: this.lab.user, sshConfig: this.lab.sshConfig },
      connection: null,
    };
  }

  launcher(options: Partial<SlurmLauncherOptions> = {}): Launcher & PreviewingLauncher {
    const meter = new SchedulerMeter(systemClock);
    return createSlurmLauncher({
      hostOf: () => this.host,
      meterOf: () => meter,
      nodePath: process.execPath,
      runnerEntry: runnerEntry(),
      packer: new Packer(this.cacheDir),
      installer: new Installer(),
      cacheDir: this.cacheDir,
      clock: systemClock,
      ...options,
    });
  }

  request(act: EngineAct, options: RequestOptions = {}): LaunchRequest {
    const words = wordsOf(act);
    if (words === undefined) return this.requestCommand(["no-such-engine", "{socket}"], options);
    const id = this.#nextId();
    const counting = ["--count-in", this.#startsPath(`${id}-1`)];
    return this.requestCommand(this.engine([...words, ...counting, ...(options.words ?? [])]), options);
  }

  /** The words that start the scripted engine on a node. */
  engine(words: readonly string[]): readonly string[] {
    const start = 'exec "$(echo "$0"/runtime/node-*/bin/node)" "$0/engine.mjs" "$@"';
    return ["/bin/sh", "-c", start, this.home, ...words];
  }

  requestCommand(argv: readonly string[], options: RequestOptions = {}): LaunchRequest {
    const serviceId = this.#nextId();
    const launchId = `${serviceId}-1`;
    const homeId = `home-${this.id}`;
    const request: LaunchRequest = {
      homeId,
      serviceId,
      launchId,
      profile: this.profile,
      handle: undefined,
      secret,
      resources: { ...resources, ...options.resources },
      spec: {
        version: 1,
        homeId,
        serviceId,
        launchId,
        program: { kind: "command", argv: [...argv], env: {}, cwd: null },
        listen: { kind: "socket" },
        healthPath: "/health",
        startTimeoutMs: 60_000,
        drainMs: 1_000,
        bindHost: "127.0.0.1",
        maxLogBytes: 1_000_000,
      },
    };
    this.#requested.push(request);
    return request;
  }

  #nextId(): string {
    return `svc${this.id}x${this.#requested.length + 1}`;
  }

  dir(ref: LaunchRef): string {
    return `${this.home}/launches/${ref.launchId}`;
  }

  /** Runs words on the login node as the user. */
  user(...words: readonly string[]): string {
    return this.lab.exec("login", words, { user: this.lab.user });
  }

  /** The last file of the pattern, below the home. */
  read(pattern: string): string | undefined {
    const script = 'cd "$0" && cat "$(ls -d $1 2>/dev/null | tail -n 1)" 2>/dev/null || true';
    const text = this.user("sh", "-c", script, this.home, pattern);
    return text === "" ? undefined : text;
  }

  write(path: string, text: string): void {
    this.user("sh", "-c", 'printf %s "$1" | base64 -d >"$0"', path, Buffer.from(text).toString("base64"));
  }

  state(ref: LaunchRef): RunnerState {
    const text = this.read(`launches/${ref.launchId}/r*/${ref.launchId}/state.json`);
    return runnerStateSchema.parse(JSON.parse(text ?? "null"));
  }

  jobId(ref: LaunchRef): string {
    return this.read(`launches/${ref.launchId}/job`)?.split(" ")[0] ?? "";
  }

  async starts(ref: LaunchRef): Promise<number> {
    return this.read(`starts-${ref.launchId}`)?.length ?? 0;
  }

  #startsPath(launchId: string): string {
    return `${this.home}/starts-${launchId}`;
  }

  async living(ref: LaunchRef): Promise<number> {
    const runner = this.read(`launches/${ref.launchId}/r*/${ref.launchId}/claim.json`);
    const { runner: leader } = JSON.parse(runner ?? '{"runner":null}') as { runner: { pid: number } | null };
    return computeNodes.reduce(
      (sum, node) => sum + this.#pids(node, ref).filter((pid) => pid !== leader?.pid).length,
      0,
    );
  }

  #pids(node: string, ref: LaunchRef): number[] {
    const script = 'grep -lzx "BERTH_LAUNCH=$0" /proc/[0-9]*/environ 2>/dev/null | cut -d / -f 3';
    const found = this.lab.exec(node, ["sh", "-c", script, launchMarkOf(ref)]);
    return found.split("\n").flatMap((line) => (line === "" ? [] : [Number(line)]));
  }

  async kill(ref: LaunchRef, what: "runner" | "engine"): Promise<void> {
    const state = this.state(ref);
    this.lab.exec(state.host, ["kill", "-KILL", String(state[what]?.pid)]);
  }

  async print(ref: LaunchRef, line: string): Promise<void> {
    const { host, port } = this.state(ref);
    const url = `https://127.0.0.1:${port}/print?line=${encodeURIComponent(line)}`;
    this.lab.exec(host, ["curl", "-sfk", "-H", `${runnerSecretHeader}: ${secret}`, url]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { homeId, launchId } of this.#requested)
      this.user("scancel", `--user=${this.lab.user}`, `--name=berth:${homeId}:${launchId}`);
    await this.host.end();
    // a job that is just ending may still write
    this.user(
      "sh",
      "-c",
      'for i in 1 2 3 4 5; do rm -rf "$0" 2>/dev/null && exit 0; sleep 1; done; rm -rf "$0"',
      this.home,
    );
    await rm(this.#localDir, { recursive: true, force: true });
  }
}

function runnerEntry(): string {
  const entry = join(top, "apps/runner/dist/runner.mjs");
  if (!existsSync(entry)) throw new Error("build first: npm run build");
  return entry;
}

function wordsOf(act: EngineAct): readonly string[] | undefined {
  const serving = ["--listen", "{socket}"];
  switch (act.kind) {
    case "serve":
      return [...serving, "--print", String(act.lines)];
    case "stubborn":
      return [...serving, "--fork", "--ignore-sigterm"];
    case "exit":
      return ["--print", String(act.lines), "--exit-code", String(act.exitCode)];
    case "missing":
      return undefined;
  }
}
