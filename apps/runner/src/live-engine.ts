import { randomBytes } from "node:crypto";
import { BerthError } from "@berth/api/error";
import { launchMarkOf, type ContainerFacts, type RunnerExit, type RunnerHealth } from "@berth/api/runner";
import type { Clock } from "@berth/std/clock";
import { Agent } from "@berth/std/node-http";
import { connectsOf, type EngineAddress } from "./engine/address.ts";
import { askEngine, type EngineConnection, type EngineReport } from "./engine/ask-engine.ts";
import { takesKey } from "./engine/command.ts";
import { endWords } from "./engine/end-words.ts";
import type { EngineLog } from "./engine/engine-log.ts";
import { startEngineProcess, type EngineProcess } from "./engine/engine-process.ts";
import { prepareEngine } from "./engine/prepare-engine.ts";
import { waitUntilReady } from "./engine/wait-until-ready.ts";
import type { Gate, Traffic } from "./front/front.ts";
import type { PackagePlace } from "./packages/find-packages.ts";
import type { Launch } from "./read-launch.ts";
import type { StateFile } from "./state-file.ts";
import { aborted, type StopSignals } from "./stop-signals.ts";

export interface EngineContext {
  /** What this process was started with: node and the script. */
  readonly runnerArgv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly signals: StopSignals;
}

export type Ending = Omit<RunnerExit, "logTail">;

const stoppedAsAsked = "stopped, as asked";
/** EX_CONFIG of sysexits.h: no retry mends it. */
const configurationExitCode = 78;
/** From SIGTERM to SIGKILL of the engine, after its requests are over. */
const engineStopMs = 5_000;
const healthTimeoutMs = 1_500;
/** Between a broken connection and the news that its process has died. */
const deathNewsMs = 50;
/** Schedulers warn up to a minute early, and we ask for the warning a while before that. */
const warningMs = 300_000;
/** Less than what servers commonly wait before they close an idle connection. */
const idleConnectionMs = 3_000;

/** The engine of a launch, from the outside: the gate before it and its health follow its life. */
export class LiveEngine {
  readonly #launch: Launch;
  readonly #context: EngineContext;
  readonly #state: StateFile;
  readonly #address: EngineAddress;
  readonly #packages: PackagePlace;
  readonly #container: ContainerFacts | undefined;
  readonly #agent = new Agent({
    keepAlive: true,
    maxFreeSockets: 1024,
    timeout: idleConnectionMs,
  });
  readonly #key = randomBytes(24).toString("base64url");
  #gate: Gate = { kind: "closed", reason: "the engine is starting" };
  #process: EngineProcess | undefined;
  #connection: EngineConnection | undefined;
  #report: EngineReport = { progress: null, contextTokens: null, parallel: null };

  constructor(
    launch: Launch,
    context: EngineContext,
    state: StateFile,
    address: EngineAddress,
    packages: PackagePlace,
    container: ContainerFacts | undefined,
  ) {
    this.#launch = launch;
    this.#context = context;
    this.#state = state;
    this.#address = address;
    this.#packages = packages;
    this.#container = container;
  }

  get gate(): Gate {
    return this.#gate;
  }

  /** Installs what the engine still lacks, starts it and stays with it to its end, or until `unused` aborts. */
  async run(log: EngineLog, idle: () => Promise<void>, unused?: AbortSignal): Promise<Ending> {
    const { dir, spec } = this.#launch;
    const { clock, env, runnerArgv, signals } = this.#context;
    const unfit = await this.#install(log);
    if (unfit !== undefined) return unfit;
    const packagesDir = "dir" in this.#packages ? this.#packages.dir : undefined;
    const facts = {
      dir,
      address: this.#address,
      key: this.#key,
      runnerArgv,
      packagesDir,
      container: this.#container,
    };
    const prepared = await prepareEngine(spec, facts, env);
    if (prepared.kind === "refused") return this.#refused(prepared.exitCode, prepared.reason);
    try {
      this.#process = await startEngineProcess(prepared, log, clock);
    } catch (error) {
      return this.#refused(126, `the engine could not be started: ${(error as Error).message}`);
    }
    const engine = this.#process;
    await this.#state.update({ engine: engine.identity });

    const problem = await this.#becomeReady(engine);
    if (problem === undefined)
      await Promise.race([
        engine.ended,
        aborted(signals.stopping),
        ...(unused === undefined ? [] : [aborted(unused)]),
      ]);
    if (engine.gone.aborted || problem !== undefined) {
      this.#gate = { kind: "dead", reason: problem ?? "the engine has ended" };
      const end = await engine.stop(0);
      const reason = problem ?? endWords(end, this.#connection !== undefined);
      this.#gate = { kind: "dead", reason };
      const late = problem === undefined ? {} : { cause: "late" as const };
      return { exitCode: end.exitCode, signal: end.signal, reason, requested: false, ...late };
    }
    const ending = await this.#drain(engine, idle);
    if (signals.stopping.aborted) return this.#isNearWallTime() ? { ...ending, cause: "time_limit" } : ending;
    const seconds = Math.round((spec.idleTimeoutMs ?? 0) / 1000);
    return { ...ending, reason: `nobody called it for ${seconds} s`, cause: "idle" };
  }

  /** Whether it was the scheduler, most likely, that asked it to stop. */
  #isNearWallTime(): boolean {
    const { env, clock } = this.#context;
    const endsAt = Number(env.BERTH_JOB_ENDS_AT ?? env.SLURM_JOB_END_TIME);
    return Number.isFinite(endsAt) && endsAt > 0 && endsAt * 1000 - clock.now() < warningMs;
  }

  /** Resolves to how the launch ended, if it did for want of packages. */
  async #install(log: EngineLog): Promise<Ending | undefined> {
    const packages = this.#packages;
    const { clock, env, signals } = this.#context;
    if (packages.kind === "refused") return this.#refused(configurationExitCode, packages.reason);
    if (packages.kind !== "missing") return undefined;
    const { title, aboutMB } = packages.needed;
    this.#noteProgress({ message: `installing ${title}, once, about ${aboutMB} MB`, fraction: null });
    // hardly ever needed: every launch would wait for it
    const { installPackages } = await import("./packages/install-packages.ts");
    try {
      const mark = launchMarkOf(this.#launch.spec);
      const installed = await installPackages(packages, { env, mark, log, clock, signal: signals.stopping });
      if (installed.kind === "failed") return this.#refused(installed.exitCode, installed.reason);
    } catch (error) {
      if (!signals.stopping.aborted) throw error;
      this.#gate = { kind: "draining" };
      return { exitCode: null, signal: null, reason: stoppedAsAsked, requested: true };
    }
    this.#gate = { kind: "closed", reason: "the engine is starting" };
    await this.#state.update({ phase: "starting", progress: null });
    return undefined;
  }

  /** How it does, asked now unless requests under way keep it busy. Rejects when it should answer and does not. */
  async health(traffic: Traffic, startedAt: number): Promise<RunnerHealth> {
    const { healthPath, serviceId, launchId } = this.#launch.spec;
    if (this.#connection !== undefined && this.#gate.kind === "open" && traffic.inFlight === 0) {
      const answer = await askEngine(this.#connection, healthPath, healthTimeoutMs);
      if (answer.kind === "unwell")
        throw new BerthError(
          "service_unavailable",
          `the engine is not well: GET ${healthPath}: ${answer.reason}`,
        );
      this.#report = answer.report;
    }
    const { phase, progress } = this.#state.current;
    const { contextTokens, parallel } = this.#report;
    return {
      serviceId,
      launchId,
      phase,
      progress,
      ...traffic,
      startedAt,
      memoryMiB: this.#process === undefined ? null : this.#process.memoryMiB(),
      engine: contextTokens === null && parallel === null ? null : { contextTokens, parallel },
    };
  }

  /** Resolves to what kept it from becoming ready, if that was neither its own end nor a wish to stop. */
  async #becomeReady(engine: EngineProcess): Promise<string | undefined> {
    const { spec } = this.#launch;
    const { clock, signals } = this.#context;
    const signal = AbortSignal.any([engine.gone, signals.stopping]);
    try {
      const outcome = await waitUntilReady({
        connects: connectsOf(this.#address),
        agent: this.#agent,
        authorization: takesKey(spec.program) ? `Bearer ${this.#key}` : undefined,
        healthPath: spec.healthPath,
        timeoutMs: spec.startTimeoutMs,
        onReport: ({ progress }) => this.#noteProgress(progress),
        clock,
        signal,
      });
      if (outcome.kind === "late") return outcome.reason;
      this.#report = outcome.report;
      this.#connection = outcome.connection;
      this.#gate = {
        kind: "open",
        engine: { ...outcome.connection, causeOfDeath: () => this.#causeOfDeath(engine) },
      };
      await this.#state.update({ phase: "ready", progress: null });
      return undefined;
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  }

  #noteProgress(progress: EngineReport["progress"]): void {
    const known = this.#state.current.progress;
    if (progress === null || (progress.message === known?.message && progress.fraction === known.fraction))
      return;
    this.#gate = { kind: "closed", reason: `the engine is starting: ${progress.message}` };
    void this.#state.update({ progress });
  }

  async #drain(engine: EngineProcess, idle: () => Promise<void>): Promise<Ending> {
    const { clock, signals } = this.#context;
    this.#gate = { kind: "draining" };
    await this.#state.update({ phase: "draining", progress: null });
    await Promise.race([
      idle(),
      engine.ended,
      aborted(signals.hurrying),
      clock.sleep(this.#launch.spec.drainMs),
    ]);
    const hadEnded = engine.gone.aborted;
    const end = await engine.stop(engineStopMs);
    const reason = hadEnded ? endWords(end, true) : stoppedAsAsked;
    return { exitCode: end.exitCode, signal: end.signal, reason, requested: true };
  }

  async #causeOfDeath(engine: EngineProcess): Promise<string | undefined> {
    await Promise.race([aborted(engine.gone), this.#context.clock.sleep(deathNewsMs)]);
    if (!engine.gone.aborted) return undefined;
    return endWords(await engine.ended, true);
  }

  #refused(exitCode: number, reason: string): Ending {
    this.#gate = { kind: "dead", reason };
    return { exitCode, signal: null, reason, requested: false };
  }
}
