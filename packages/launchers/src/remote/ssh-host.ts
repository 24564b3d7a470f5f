import { BerthError, type Connection } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import { untilAborted } from "@berth/std/until-aborted";
import { openControlDir } from "./control-paths.ts";
import { HostRelay } from "./host-relay.ts";
import { type Lane, Lanes } from "./lanes.ts";
import { type MuxSession, type SessionEnd, startSession } from "./mux-session.ts";
import type {
  RemoteAnswer,
  RemoteCommand,
  RemoteHost,
  RemoteStream,
  Tunnel,
  TunnelTarget,
} from "./remote-host.ts";
import { feed, readAll } from "./script-input.ts";
import type { SshFacts } from "./ssh-facts.ts";
import { sshError, sshFailure } from "./ssh-failure.ts";
import { sshEnvironment, type SshProgram } from "./ssh-process.ts";
import { SshMaster } from "./ssh-master.ts";
import { Tunnels } from "./tunnels.ts";

export interface SshHostOptions {
  readonly facts: SshFacts;
  /** Where the control socket and tunnels lie; `openControlDir` tells what becomes of a long path. */
  readonly controlDir: string;
  readonly clock: Clock;
  /** The server's environment: ssh finds its agent, its home and Kerberos tickets in it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `ssh` when absent. */
  readonly sshPath?: string | undefined;
  /** How often a silent host is asked whether it lives; 10 when absent. It is given up after three times. */
  readonly serverAliveIntervalSeconds?: number | undefined;
  /** Hears of each change of `connection`. */
  readonly changed?: (() => void) | undefined;
}

const defaultTimeoutMs = 60_000;
const refusedPause = { firstMs: 50, maxMs: 1000 };
const endTimeoutMs = 10_000;

/** A login node over OpenSSH. Disposing lets go of the connection, which lives on for the next server; `end` ends it. */
export class SshHost implements RemoteHost, AsyncDisposable {
  readonly master: SshMaster;
  /** How its ssh is started. */
  readonly program: SshProgram;
  readonly #facts: SshFacts;
  readonly #clock: Clock;
  readonly #tunnels: Tunnels;
  readonly #lanes = new Lanes();

  constructor(options: SshHostOptions) {
    const { clock, env, sshPath = "ssh", changed = () => undefined } = options;
    this.#facts = options.facts;
    this.#clock = clock;
    this.program = { path: sshPath, env: sshEnvironment(env), clock };
    this.master = new SshMaster({
      facts: options.facts,
      dir: openControlDir(options.controlDir, env, process.getuid?.() ?? 0),
      program: this.program,
      serverAliveIntervalSeconds: options.serverAliveIntervalSeconds ?? 10,
      changed,
    });
    const relayed = (script: string, signal: AbortSignal): Promise<RemoteStream> =>
      this.#stream({ script }, "relay", signal);
    this.#tunnels = new Tunnels(this.master, {
      runner: new HostRelay({ stream: relayed, clock }),
      script: (script, signal) => this.stream({ script }, signal),
    });
  }

  get connection(): Connection {
    return this.master.connection;
  }

  async run(command: RemoteCommand, signal: AbortSignal): Promise<RemoteAnswer> {
    await this.master.ensure(signal);
    const { timeoutMs = defaultTimeoutMs, lane = "short" } = command;
    const release = await this.#lanes.acquire(lane, signal);
    const limit = this.#limit(timeoutMs, signal);
    try {
      const session = await this.#begin(command.script, limit.signal);
      feed(session.stdin, command.stdin);
      const whole = Promise.all([readAll(session.stdout), session.ended]);
      try {
        const [stdout, end] = await untilAborted(whole, limit.signal);
        if (end.kind !== "ended") throw this.#lost(end);
        return { exitCode: end.exitCode, stdout, stderr: end.stderr };
      } catch (error) {
        whole.catch(() => undefined);
        if (limit.signal.aborted) void this.#abandon(session);
        else session.close();
        throw error;
      }
    } catch (error) {
      if (error !== limit.signal.reason || signal.aborted) throw error;
      // slow, or gone: what answers is merely slow
      await this.master.verify();
      await this.master.ensure(signal);
      const seconds = Math.ceil(timeoutMs / 1000);
      throw new BerthError(
        "upstream_timeout",
        `a command on ${this.#facts.host} did not end within ${seconds} s`,
      );
    } finally {
      limit.end();
      release();
    }
  }

  stream(command: RemoteCommand, signal: AbortSignal): Promise<RemoteStream> {
    return this.#stream(command, command.lane ?? "follow", signal);
  }

  async #stream(command: RemoteCommand, lane: Lane, signal: AbortSignal): Promise<RemoteStream> {
    await this.master.ensure(signal);
    const release = await this.#lanes.acquire(lane, signal);
    const limit = this.#limit(command.timeoutMs ?? defaultTimeoutMs, signal);
    let session: MuxSession;
    try {
      session = await this.#begin(command.script, limit.signal);
    } catch (error) {
      release();
      if (error !== limit.signal.reason || signal.aborted) throw error;
      await this.master.verify();
      throw sshError(this.#facts.host, { state: "unreachable", reason: "a command did not begin in time" });
    } finally {
      limit.end();
    }
    const onAbort = (): void => void this.#abandon(session);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
    const ended = session.ended
      .then((end) => {
        if (end.kind === "ended") return { exitCode: end.exitCode, stderr: end.stderr };
        signal.throwIfAborted();
        throw this.#lost(end);
      })
      .finally(() => {
        signal.removeEventListener("abort", onAbort);
        release();
      });
    ended.catch(() => undefined);
    if (command.stdin !== undefined) feed(session.stdin, command.stdin);
    return { stdout: session.stdout, stdin: session.stdin, ended };
  }

  async tunnel(target: TunnelTarget, signal: AbortSignal): Promise<Tunnel> {
    await this.master.ensure(signal);
    return untilAborted(this.#tunnels.open(target), signal);
  }

  closeTunnel(target: TunnelTarget): Promise<void> {
    return this.#tunnels.close(target, this.connection.state === "connected");
  }

  /** Ends the connection and all that runs through it. */
  async end(): Promise<void> {
    await this.#tunnels.dispose();
    await this.master.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.master.dispose();
    await this.#tunnels.dispose();
  }

  /** Starts the script, and resolves when it has begun: what was surely not run is tried again. */
  async #begin(script: string, signal: AbortSignal): Promise<MuxSession> {
    for (let refusals = 0, losses = 0; ;) {
      await this.master.ensure(signal);
      const session = startSession(this.program, this.master.controlPath, script);
      const first = await untilAborted(session.begun, signal).catch((error: unknown) => {
        void this.#abandon(session);
        throw error;
      });
      switch (first.kind) {
        case "begun":
          return session;
        // begun and over, before we looked
        case "ended":
          return session;
        case "no_master":
          await this.master.verify();
          losses += 1;
          if (losses > 2) throw this.#lost({ kind: "lost", words: "the connection was lost" });
          break;
        case "refused":
          // by a host that takes fewer at once than we thought
          refusals += 1;
          await this.#clock.sleep(Math.min(refusedPause.maxMs, refusedPause.firstMs * 2 ** refusals), signal);
          break;
        case "lost":
          throw this.#lost(first);
      }
    }
  }

  /** Closes the channel, and ends what the script has left there, as far as that can be. */
  async #abandon(session: MuxSession): Promise<void> {
    const limit = this.#limit(endTimeoutMs, new AbortController().signal);
    try {
      // one that is about to begin would run on unseen
      const begun = await untilAborted(session.begun, limit.signal);
      session.close();
      if (begun.kind !== "begun" || this.connection.state !== "connected") return;
      const release = await this.#lanes.acquire("short", limit.signal);
      try {
        const end = await this.#begin(`kill -TERM -${begun.pid}`, limit.signal);
        end.stdin.end();
        end.stdout.resume();
        await untilAborted(end.ended, limit.signal).finally(() => end.close());
      } finally {
        release();
      }
    } catch {
      // the connection is lost, or too slow: sshd ends what hangs on it
      session.close();
    } finally {
      limit.end();
    }
  }

  #lost(end: Exclude<SessionEnd, { kind: "ended" }>): BerthError {
    const words = "words" in end && end.words.trim() !== "" ? end.words : "the connection was lost";
    return sshError(this.#facts.host, { ...sshFailure(words), state: "unreachable" });
  }

  /** A signal that also aborts after a while. */
  #limit(ms: number, signal: AbortSignal): { readonly signal: AbortSignal; readonly end: () => void } {
    const late = new AbortController();
    const over = new AbortController();
    this.#clock.sleep(ms, over.signal).then(
      () => late.abort(new Error(`no answer within ${ms} ms`)),
      // nobody waits any more
      () => undefined,
    );
    return { signal: AbortSignal.any([signal, late.signal]), end: () => over.abort() };
  }
}

export function createSshHost(options: SshHostOptions): SshHost {
  return new SshHost(options);
}
