import type { BerthError } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import type { Activity } from "../exchange.ts";
import type { AnswerListener, Connection, ConnectionFailure } from "../http1/connection.ts";
import type { ConnectionPool } from "../http1/connection-pool.ts";
import type { PeerAddress } from "../http1/peer-address.ts";
import { headerOf, type ResponseHead } from "../http1/response-head.ts";
import { BodyQueue } from "./body-queue.ts";
import { decodeBody } from "./decode-body.ts";
import { ProviderFailure } from "./provider-failure.ts";
import { openWebSocket } from "./web-socket.ts";
import type { Wire, WireAnswer, WireRequest, WireSocket } from "./wire.ts";

export interface CallWireOptions {
  readonly pool: ConnectionPool;
  /** Who is meant by a URL: a public server, or the runner behind a service's own address. */
  readonly addressOf: (url: URL) => PeerAddress;
  readonly limits: {
    readonly connectMs: number;
    readonly firstByteMs: number;
    readonly streamIdleMs: number;
  };
  readonly clock: Clock;
}

/** How long a provider may take to hear that nobody waits any more. */
const farewellMs = 5_000;
const maxTextBytes = 16 * 1024 * 1024;

/** The way to one upstream for one call. It is the exchange's activity: ticked for its deadlines, cancelled with it. */
export class CallWire implements Wire, Activity {
  readonly #options: CallWireOptions;
  readonly #live = new Set<Sending>();
  readonly #aborter = new AbortController();
  #over: Error | undefined;
  /** Until its first head, the request itself keeps the time. */
  #phase: "asking" | "waiting" | "answering" = "asking";
  #sinceMs: number | undefined;

  constructor(options: CallWireOptions) {
    this.#options = options;
  }

  get signal(): AbortSignal {
    return this.#aborter.signal;
  }

  async send(request: WireRequest): Promise<WireAnswer> {
    for (let tries = 1; ; tries += 1) {
      if (this.#over !== undefined) throw this.#over;
      try {
        const answer = await this.#sendOnce(request);
        this.#wait();
        return answer;
      } catch (error) {
        // the peer had closed a kept connection before it could see the request
        if (!(error instanceof StaleConnection) || tries > 2) throw error;
      }
    }
  }

  async openSocket(url: string, headers: readonly string[]): Promise<WireSocket> {
    if (this.#over !== undefined) throw this.#over;
    const { pool, limits } = this.#options;
    const socket = await openWebSocket({
      url,
      headers,
      forbids: pool.forbids,
      signal: this.signal,
      connectMs: limits.connectMs,
    });
    this.#wait();
    return socket;
  }

  farewell(request: WireRequest): void {
    const { clock } = this.#options;
    const heard = new AbortController();
    const say = async (): Promise<void> => {
      const { sending, answer } = this.#start(request, () => undefined);
      // whoever called is gone, so nobody can be told of a failure
      void clock.sleep(farewellMs, heard.signal).then(
        () => sending.abandon(),
        () => undefined,
      );
      await (await answer).text();
    };
    void say().then(
      () => heard.abort(),
      () => heard.abort(),
    );
  }

  /** A piece of the answer has come: pings and polls alone do not count, however often they come. */
  progress(): void {
    this.#phase = "answering";
    this.#sinceMs = undefined;
  }

  tick(nowMs: number): void {
    for (const sending of this.#live) sending.tick(nowMs);
    if (this.#phase === "asking") return;
    const { firstByteMs, streamIdleMs } = this.#options.limits;
    const longestMs = this.#phase === "waiting" ? firstByteMs : streamIdleMs;
    this.#sinceMs ??= nowMs;
    if (nowMs - this.#sinceMs > longestMs)
      this.#stop(failure("silent", `nothing was answered for ${longestMs / 1000} s`));
  }

  cancel(reason: BerthError): void {
    this.#stop(reason);
  }

  /** The call is over: whatever is still under way is let go. */
  close(): void {
    for (const sending of this.#live) sending.abandon();
    this.#aborter.abort(this.#over);
  }

  #stop(reason: Error): void {
    this.#over ??= reason;
    for (const sending of this.#live) sending.fail(reason);
    this.close();
  }

  #wait(): void {
    if (this.#phase === "asking") this.#phase = "waiting";
  }

  #sendOnce(request: WireRequest): Promise<WireAnswer> {
    const { sending, answer } = this.#start(request, (over) => this.#live.delete(over));
    this.#live.add(sending);
    return answer;
  }

  #start(
    request: WireRequest,
    over: (sending: Sending) => void,
  ): { readonly sending: Sending; readonly answer: Promise<WireAnswer> } {
    const { pool, addressOf, limits } = this.#options;
    const url = new URL(request.url);
    const { connection, basePath } = pool.take(addressOf(url));
    const { promise, resolve, reject } = Promise.withResolvers<WireAnswer>();
    const sending: Sending = new Sending({
      connection,
      host: url.host,
      limits,
      resolve,
      reject,
      over: () => over(sending),
    });
    const bytes = typeof request.body === "string" ? Buffer.from(request.body) : request.body;
    connection.send(
      {
        method: request.method,
        path: basePath + url.pathname + url.search,
        headers: request.headers,
        body:
          bytes === undefined
            ? request.method === "POST"
              ? { kind: "bytes", bytes: Buffer.alloc(0) }
              : { kind: "none" }
            : { kind: "bytes", bytes },
      },
      sending,
    );
    return { sending, answer: promise };
  }
}

class StaleConnection extends ProviderFailure {}

interface SendingOptions {
  readonly connection: Connection;
  readonly host: string;
  readonly limits: CallWireOptions["limits"];
  readonly resolve: (answer: WireAnswer) => void;
  readonly reject: (error: Error) => void;
  readonly over: () => void;
}

/** One request under way, until its body has come. */
class Sending implements AnswerListener {
  readonly #options: SendingOptions;
  #phase: "connecting" | "asked" | "answering" | "paused" | "over";
  #sinceMs: number | undefined;
  #body: BodyQueue | undefined;

  constructor(options: SendingOptions) {
    this.#options = options;
    this.#phase = options.connection.connected ? "asked" : "connecting";
  }

  tick(nowMs: number): void {
    this.#sinceMs ??= nowMs;
    const { host, limits } = this.#options;
    const waitedMs = nowMs - this.#sinceMs;
    switch (this.#phase) {
      case "connecting":
        if (waitedMs > limits.connectMs)
          this.fail(failure("unreachable", `${host}: no connection within ${limits.connectMs / 1000} s`));
        return;
      case "asked":
        if (waitedMs > limits.firstByteMs)
          this.fail(failure("silent", `${host}: nothing came for ${limits.firstByteMs / 1000} s`));
        return;
      case "answering":
        if (waitedMs > limits.streamIdleMs)
          this.fail(failure("silent", `${host}: nothing came for ${limits.streamIdleMs / 1000} s`));
        return;
      case "paused":
      case "over":
        return;
    }
  }

  onConnected(): void {
    this.#enter("asked");
  }

  onHead(head: ResponseHead): void {
    this.#enter("answering");
    const { connection, host, resolve, reject } = this.#options;
    const body = new BodyQueue({
      pause: () => {
        this.#enter("paused");
        connection.pause();
      },
      resume: () => {
        if (this.#phase !== "paused") return;
        this.#enter("answering");
        connection.resume();
      },
      abandon: () => this.abandon(),
    });
    this.#body = body;
    try {
      resolve(wireAnswer(head, decodeBody(body, headerOf(head, "content-encoding")), host));
    } catch (error) {
      this.abandon();
      reject(failure("failed", `${host}: ${(error as Error).message}`, error));
    }
  }

  onBody(bytes: Buffer): void {
    this.#sinceMs = undefined;
    this.#body?.push(bytes);
  }

  onEnd(): void {
    this.#over();
    this.#body?.end();
  }

  onFailure(lost: ConnectionFailure): void {
    const { host } = this.#options;
    const said = `${host}: ${lost.message}`;
    if (lost.kind === "stale" && this.#body === undefined)
      this.fail(new StaleConnection({ kind: "unreachable", message: said, cause: lost }));
    else this.fail(failure(this.#body === undefined ? "unreachable" : "failed", said, lost));
  }

  fail(error: Error): void {
    if (this.#phase === "over") return;
    this.#over();
    this.#options.connection.destroy();
    if (this.#body === undefined) this.#options.reject(error);
    else this.#body.end(error);
  }

  /** Nobody reads on. */
  abandon(): void {
    if (this.#phase === "over") return;
    this.fail(failure("failed", `${this.#options.host}: the call is over`));
  }

  #enter(phase: "asked" | "answering" | "paused"): void {
    this.#phase = phase;
    this.#sinceMs = undefined;
  }

  #over(): void {
    this.#phase = "over";
    this.#options.over();
  }
}

function wireAnswer(head: ResponseHead, body: AsyncIterable<Buffer>, host: string): WireAnswer {
  return {
    status: head.status,
    header: (name) => headerOf(head, name),
    body,
    async text(maxBytes = maxTextBytes) {
      const pieces: Buffer[] = [];
      let bytes = 0;
      for await (const piece of body) {
        bytes += piece.length;
        if (bytes > maxBytes) throw failure("failed", `${host}: the answer is longer than ${maxBytes} bytes`);
        pieces.push(piece);
      }
      return Buffer.concat(pieces).toString("utf8");
    },
  };
}

function failure(
  kind: "unreachable" | "silent" | "failed",
  message: string,
  cause?: unknown,
): ProviderFailure {
  return new ProviderFailure({ kind, message, cause });
}
