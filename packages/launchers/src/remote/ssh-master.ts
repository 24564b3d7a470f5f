import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { BerthError, type Connection } from "@berth/api";
import { backoffMs } from "@berth/std/backoff";
import type { ProcessIdentity } from "@berth/std/process-identity";
import { untilAborted } from "@berth/std/until-aborted";
import { forbidsForwarding, lastWords, type MasterLog } from "./master-log.ts";
import { MasterProcess, MasterRefused, type MasterStart } from "./master-process.ts";
import { factsKey, type SshFacts } from "./ssh-facts.ts";
import { sshError, type SshFailure } from "./ssh-failure.ts";
import type { SshProgram, SshResult } from "./ssh-process.ts";

export interface SshMasterOptions {
  readonly facts: SshFacts;
  /** A directory of `openControlDir`. */
  readonly dir: string;
  readonly program: SshProgram;
  /** How often the silent host is asked whether it lives; it is given up after three times without an answer. */
  readonly serverAliveIntervalSeconds: number;
  /** Hears of each change of `connection`. */
  readonly changed: () => void;
}

type State =
  | { readonly kind: "idle" }
  | { readonly kind: "connecting"; readonly done: Promise<void> }
  | { readonly kind: "connected"; readonly identity: ProcessIdentity; readonly watch: Socket }
  | {
      readonly kind: "down";
      readonly failure: SshFailure;
      readonly failures: number;
      readonly retryAt: number;
    };

/** A log-in over a very slow line takes a dozen round trips. */
const startTimeoutMs = 120_000;
const guardMs = 5000;
/** A machine that slept this long has surely lost its connections, or soon will. */
const sleptMs = 20_000;
const unreachableBackoff = { firstMs: 500, maxMs: 20_000, jitter: 0.3 };
/** Sites lock out those who knock too often. */
const refusedBackoff = { firstMs: 60_000, maxMs: 1_800_000, jitter: 0.1 };

/**
 * One connection to one host: a master of OpenSSH's in the background, which outlives this process and is found again by
 * its control socket. Once it was connected it is kept so: a lost connection is reopened by itself.
 */
export class SshMaster {
  readonly controlPath: string;
  readonly log: MasterLog;
  readonly #process: MasterProcess;
  readonly #options: SshMasterOptions;
  readonly #closed = new AbortController();
  readonly #upListeners = new Set<() => void>();
  #state: State = { kind: "idle" };
  #since: number | null = null;
  #isKept = false;
  #incarnation = 0;
  #forwarding: Promise<"forward" | "relay"> | undefined;
  #transport: "forward" | "relay" | null = null;

  constructor(options: SshMasterOptions) {
    this.#options = options;
    this.controlPath = join(options.dir, factsKey(options.facts));
    this.#process = new MasterProcess({ ...options, controlPath: this.controlPath });
    this.log = this.#process.log;
  }

  get connection(): Connection {
    const state = this.#state;
    const common = { since: this.#since, transport: this.#transport };
    switch (state.kind) {
      case "idle":
      case "connecting":
      case "connected":
        return { state: state.kind, reason: null, ...common };
      case "down":
        return { state: state.failure.state, reason: state.failure.reason, ...common };
    }
  }

  /** Another number for each master: what was asked of an earlier one is gone with it. */
  get incarnation(): number {
    return this.#incarnation;
  }

  /** Calls the listener whenever a master has come up. */
  onUp(listener: () => void): void {
    this.#upListeners.add(listener);
  }

  /**
   * Resolves when there is a connection. Throws what stands in the way; soon after a failure without trying again, for a
   * host is not to be hammered.
   */
  async ensure(signal: AbortSignal): Promise<void> {
    this.#closed.signal.throwIfAborted();
    signal.throwIfAborted();
    const state = this.#state;
    switch (state.kind) {
      case "connected":
        return;
      case "connecting":
        return untilAborted(state.done, signal);
      case "down":
        if (this.#clock.monotonic() < state.retryAt) throw sshError(this.#host, state.failure);
        return untilAborted(this.#connect(), signal);
      case "idle":
        return untilAborted(this.#connect(), signal);
    }
  }

  /** Connects now, whatever was tried before; asks a person where `start` says so. Throws what stands in the way. */
  async login(start: MasterStart, signal: AbortSignal): Promise<void> {
    if (this.#state.kind === "connecting") await this.#state.done.catch(() => undefined);
    if (this.#state.kind === "connected") return;
    await this.#connect(start, signal);
  }

  /** A command could not find the master, or it does not answer: it is looked for, and ended when it hangs. */
  async verify(): Promise<void> {
    const state = this.#state;
    if (state.kind !== "connected") return;
    if (await this.#process.answers()) return;
    await this.#process.kill(state.identity);
    if (this.#state === state) this.#lost(state.watch, "it does not answer any more");
  }

  /** Whether the host forwards ports. Asked once of each master, by a port that answers at once either way. */
  async transport(): Promise<"forward" | "relay"> {
    // the probe's port may be allowed where others are not
    if (forbidsForwarding(this.log.read())) this.#forwarding = Promise.resolve("relay");
    this.#forwarding ??= this.#process.probeForwarding();
    const transport = await this.#forwarding;
    if (transport !== this.#transport) {
      this.#transport = transport;
      this.#options.changed();
    }
    return transport;
  }

  /** Asks something of the master itself: `-O forward ...`. */
  control(words: readonly string[]): Promise<SshResult> {
    return this.#process.control(words);
  }

  /** Ends the connection, whoever uses it. */
  async end(): Promise<void> {
    const state = this.#state;
    this.dispose();
    if (state.kind === "connected") await this.#process.kill(state.identity);
    await this.#process.removeFiles();
  }

  /** Lets go of the master, which lives on. */
  dispose(): void {
    this.#closed.abort(new BerthError("host_unreachable", "the connection is no longer used"));
    if (this.#state.kind === "connected") this.#state.watch.destroy();
  }

  get #clock() {
    return this.#options.program.clock;
  }

  get #host(): string {
    return this.#options.facts.host;
  }

  #set(state: State): void {
    this.#state = state;
    this.#since = this.#clock.now();
    this.#options.changed();
  }

  #connect(start?: MasterStart, signal: AbortSignal = this.#closed.signal): Promise<void> {
    const before = this.#state;
    const failures = before.kind === "down" ? before.failures : 0;
    const { program } = this.#options;
    const started = start ?? { interactive: false, program, timeoutMs: startTimeoutMs };
    const done = this.#process.open(started, signal, this.#closed.signal).then(
      (identity) => this.#up(identity),
      (error: unknown) => {
        // what a person has cancelled says nothing of the host
        if (signal.aborted) this.#set(before);
        else this.#down(error instanceof MasterRefused ? error.failure : wrongHere(error), failures + 1);
        throw error instanceof MasterRefused ? sshError(this.#host, error.failure) : error;
      },
    );
    // those who wait hear of it
    done.catch(() => undefined);
    this.#set({ kind: "connecting", done });
    return done;
  }

  #up(identity: ProcessIdentity): void {
    const watch = connect(this.controlPath);
    watch.on("error", () => undefined).on("close", () => this.#lost(watch, undefined));
    watch.resume();
    watch.unref();
    if (this.#closed.signal.aborted) return void watch.destroy();
    this.#incarnation += 1;
    this.#forwarding = undefined;
    this.#isKept = true;
    this.#set({ kind: "connected", identity, watch });
    void this.#guard(watch);
    for (const listener of this.#upListeners) listener();
  }

  #lost(watch: Socket, why: string | undefined): void {
    const state = this.#state;
    if (this.#closed.signal.aborted || state.kind !== "connected" || state.watch !== watch) return;
    watch.destroy();
    const words = [lastWords(this.log.read()), why].filter(Boolean).join("\n");
    this.#down({ state: "unreachable", reason: words === "" ? "the connection was lost" : words }, 0);
  }

  #down(failure: SshFailure, failures: number): void {
    if (this.#closed.signal.aborted) return;
    const backoff = failure.state === "unreachable" ? unreachableBackoff : refusedBackoff;
    // at once after a loss
    const waitMs = failures === 0 ? 0 : backoffMs(failures, backoff);
    const down: State = { kind: "down", failure, failures, retryAt: this.#clock.monotonic() + waitMs };
    this.#set(down);
    if (this.#isKept) void this.#retry(down, waitMs);
  }

  async #retry(down: State, waitMs: number): Promise<void> {
    const wentOn = await this.#pause(waitMs);
    if (wentOn && this.#state === down) await this.#connect().catch(() => undefined);
  }

  /** Notices what no socket tells: a machine that slept. */
  async #guard(watch: Socket): Promise<void> {
    const { clock } = this.#options.program;
    let skew = clock.now() - clock.monotonic();
    while ((await this.#pause(guardMs)) && this.#state.kind === "connected" && this.#state.watch === watch) {
      this.log.trim();
      const before = skew;
      skew = clock.now() - clock.monotonic();
      if (skew - before > sleptMs) await this.verify();
    }
  }

  /** False when this host is closed meanwhile. */
  #pause(ms: number): Promise<boolean> {
    return this.#clock.sleep(ms, this.#closed.signal).then(
      () => true,
      () => false,
    );
  }
}

function wrongHere(error: unknown): SshFailure {
  return { state: "unreachable", reason: error instanceof Error ? error.message : String(error) };
}
