import { rm } from "node:fs/promises";
import { withFileLock } from "@berth/std/file-lock";
import { identifyProcess, isAlive, type ProcessIdentity } from "@berth/std/process-identity";
import { withJumpProgram } from "./jump-program.ts";
import { readMasterIdentity, writeMasterIdentity } from "./master-identity.ts";
import { forbidsForwarding, MasterLog } from "./master-log.ts";
import { startSession } from "./mux-session.ts";
import type { SshFacts } from "./ssh-facts.ts";
import { sshFailure, type SshFailure } from "./ssh-failure.ts";
import { runSsh, type SshProgram, type SshResult } from "./ssh-process.ts";
import { masterHost, masterWords, muxWords } from "./ssh-words.ts";

export interface MasterProcessOptions {
  readonly facts: SshFacts;
  readonly controlPath: string;
  readonly program: SshProgram;
  /** How often the silent host is asked whether it lives; it is given up after three times without an answer. */
  readonly serverAliveIntervalSeconds: number;
}

/** Starts the master; `interactive` where somebody answers its questions. */
export interface MasterStart {
  readonly interactive: boolean;
  readonly program: SshProgram;
  readonly timeoutMs: number;
}

const connectTimeoutSeconds = 20;
const controlTimeoutMs = 10_000;
/** The master need ask nobody for it. */
const exitTimeoutMs = 2_000;
const forwardingTimeoutMs = 20_000;

/** The master at a control path, as a process of OpenSSH's: found, started, asked and ended. It remembers nothing of it. */
export class MasterProcess {
  readonly log: MasterLog;
  readonly #options: MasterProcessOptions;

  constructor(options: MasterProcessOptions) {
    this.#options = options;
    this.log = new MasterLog(`${options.controlPath}.log`);
  }

  /** Asks something of it: `-O forward ...`. */
  control(words: readonly string[], timeoutMs = controlTimeoutMs): Promise<SshResult> {
    const { controlPath, program } = this.#options;
    const all = muxWords(controlPath, [...words, "--", masterHost]);
    return runSsh(program, all, { timeoutMs });
  }

  /**
   * Adopts the one that is there, or starts one. Throws MasterRefused with what stands in the way, and the reason of the
   * signals: `closed` ends the wait for another server that is about it, `signal` the start too.
   */
  open(start: MasterStart, signal: AbortSignal, closed: AbortSignal): Promise<ProcessIdentity> {
    const { controlPath, program } = this.#options;
    return withFileLock(`${controlPath}.lock`, program.clock, closed, async () => {
      const identity = (await this.#check()) ?? (await this.#start(start, signal));
      await writeMasterIdentity(controlPath, identity);
      return identity;
    });
  }

  /** Whether it answers. One that takes no more sessions has answered. */
  async answers(): Promise<boolean> {
    const { controlPath, program, serverAliveIntervalSeconds } = this.#options;
    const session = startSession(program, controlPath, ":");
    session.stdin.end();
    session.stdout.resume();
    const over = new AbortController();
    // as patient as ServerAlive is, about
    const late = program.clock.sleep(serverAliveIntervalSeconds * 2000, over.signal).then(
      () => undefined,
      () => undefined,
    );
    const end = await Promise.race([session.ended, late]);
    over.abort();
    session.close();
    return end?.kind === "ended" || end?.kind === "refused";
  }

  /** Whether the host forwards ports; asked by a port that answers at once either way. */
  async probeForwarding(): Promise<"forward" | "relay"> {
    const { controlPath, program } = this.#options;
    const words = muxWords(controlPath, ["-W", "127.0.0.1:1", "--", masterHost]);
    await runSsh(program, words, { timeoutMs: forwardingTimeoutMs });
    return forbidsForwarding(this.log.read()) ? "relay" : "forward";
  }

  /** Resolves when it is gone, asked or killed. */
  async kill(identity: ProcessIdentity): Promise<void> {
    const { controlPath, program } = this.#options;
    await this.control(["-O", "exit"], exitTimeoutMs);
    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      if (!isAlive(identity)) break;
      process.kill(identity.pid, signal);
      await program.clock.sleep(200);
    }
    await rm(controlPath, { force: true });
  }

  /** Removes what lies beside the control socket. */
  async removeFiles(): Promise<void> {
    for (const suffix of ["", ".log", ".pid", ".b"])
      await rm(`${this.#options.controlPath}${suffix}`, { recursive: true, force: true });
  }

  async #start(start: MasterStart, signal: AbortSignal): Promise<ProcessIdentity> {
    const { facts, controlPath, serverAliveIntervalSeconds } = this.#options;
    const { interactive } = start;
    const logPath = this.log.path;
    await rm(controlPath, { force: true });
    const stderr = this.log.begin();
    try {
      const words = masterWords({
        facts,
        controlPath,
        logPath,
        interactive,
        connectTimeoutSeconds,
        serverAliveIntervalSeconds,
      });
      const program = withJumpProgram(start.program, { dir: `${controlPath}.b`, logPath, interactive });
      const result = await runSsh(program, words, { timeoutMs: start.timeoutMs, stderr, signal });
      if (result.kind === "hung")
        throw new MasterRefused(sshFailure(`${this.log.read()}\nno answer in time`));
      if (result.code !== 0) throw new MasterRefused(sshFailure(this.log.read()));
    } finally {
      this.log.close(stderr);
    }
    const identity = await this.#check();
    if (identity === undefined)
      throw new MasterRefused(sshFailure(`the connection ended at once\n${this.log.read()}`));
    return identity;
  }

  /** The master at the control path, if one lives there; one that hangs is ended. */
  async #check(): Promise<ProcessIdentity | undefined> {
    const result = await this.control(["-O", "check"]);
    if (result.kind === "hung") {
      const known = await readMasterIdentity(this.#options.controlPath);
      if (known !== undefined) await this.kill(known);
      return undefined;
    }
    const pid = /pid=(\d+)/.exec(result.words)?.[1];
    return pid === undefined ? undefined : identifyProcess(Number(pid));
  }
}

/** The host, or the way to it, did not let us in. */
export class MasterRefused extends Error {
  readonly failure: SshFailure;

  constructor(failure: SshFailure) {
    super(failure.reason);
    this.failure = failure;
  }
}
