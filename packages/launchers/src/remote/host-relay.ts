import type { Duplex } from "node:stream";
import { Multiplexer } from "@berth/std/multiplex/multiplexer";
import type { Clock } from "@berth/std/clock";
import { shellWords } from "@berth/std/shell-quote";
import { untilAborted } from "@berth/std/until-aborted";
import type { RelayProgram, RemoteStream } from "./remote-host.ts";

export interface HostRelayOptions {
  /** Starts a script in the session that is kept for it; what is still running when the signal aborts is ended. */
  readonly stream: (script: string, signal: AbortSignal) => Promise<RemoteStream>;
  readonly clock: Clock;
}

/** It takes a silent one for gone after five minutes. */
const pingMs = 60_000;
/** One that dies at once is not started all the time. */
const restartMs = 2_000;

interface Running {
  readonly connections: Promise<Multiplexer>;
  readonly over: AbortController;
}

/**
 * The one process on a host that carries connections to ports where ssh may not forward them. It is started with the
 * first connection, and with the next one after it was lost; it lasts until `end`, or as long as its session.
 */
export class HostRelay {
  readonly #options: HostRelayOptions;
  #running: Running | undefined;
  #trouble: string | undefined;
  #startedAt = Number.NEGATIVE_INFINITY;

  constructor(options: HostRelayOptions) {
    this.#options = options;
  }

  /** A connection to the port; it breaks where nobody listens. Throws as `program` and RemoteHost do when there is no way. */
  async connect(
    target: { readonly host: string; readonly port: number },
    program: RelayProgram,
    signal: AbortSignal,
  ): Promise<Duplex> {
    this.#running ??= this.#start(program);
    const connections = await untilAborted(this.#running.connections, signal);
    return connections.open(`${target.host}:${target.port}`);
  }

  /** What the process last said when it failed; `undefined` once one has answered. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** Ends the process, and the connections that it carries. */
  end(): void {
    this.#running?.over.abort(new Error("nobody needs the relay any more"));
    this.#running = undefined;
  }

  #start(program: RelayProgram): Running {
    const over = new AbortController();
    const running = { over, connections: this.#open(program, over.signal) };
    const forget = (wrong?: unknown): void => {
      if (this.#running === running) this.#running = undefined;
      // it is none, and may not know when to end
      if (wrong !== undefined) over.abort(wrong);
    };
    running.connections.then((connections) => connections.ended).then(forget, forget);
    return running;
  }

  async #open(program: RelayProgram, signal: AbortSignal): Promise<Multiplexer> {
    const { clock, stream } = this.#options;
    const waitMs = this.#startedAt + restartMs - clock.monotonic();
    if (waitMs > 0) await clock.sleep(waitMs, signal);
    this.#startedAt = clock.monotonic();
    const words = await program(signal);
    const { stdin, stdout, ended } = await stream(`exec ${shellWords([...words, "relay"])}`, signal);
    const heard = (): void => void (this.#trouble = undefined);
    const connections = new Multiplexer({ input: stdout, output: stdin, heard });
    const close = (): void => connections.close();
    if (signal.aborted) close();
    signal.addEventListener("abort", close, { once: true });
    // its connections break with it, which is what their callers are told
    ended
      .then(({ exitCode, stderr }) => {
        if (exitCode !== 0)
          this.#trouble = `the relay on the login node ended with ${exitCode}: ${lastWords(stderr) || "it said nothing"}`;
      })
      .finally(close)
      // the connection to the host was lost, which is told as such
      .catch(() => undefined);
    const quiet = new AbortController();
    void connections.ended.then(() => quiet.abort());
    void this.#ping(connections, quiet.signal);
    return connections;
  }

  async #ping(connections: Multiplexer, quiet: AbortSignal): Promise<void> {
    while (!quiet.aborted) {
      // it is over meanwhile
      await this.#options.clock.sleep(pingMs, quiet).catch(() => undefined);
      connections.ping();
    }
  }
}

const mostWords = 1_000;

/** Of what may be long: people read it. */
const lastWords = (words: string): string => words.trim().split("\n").slice(-5).join("\n").slice(-mostWords);
