import type { ServerResponse } from "node:http";
import { BerthError } from "@berth/api";
import { AnswerTail, isFinishedStream } from "./answer-tail.ts";
import type { ReadyUpstream } from "./choose-upstream.ts";
import { isEventStream } from "./event-stream.ts";
import type { Activity, Exchange } from "./exchange.ts";
import { answerHeaders } from "./headers.ts";
import { ConnectionFailure, type AnswerListener, type Connection } from "./http1/connection.ts";
import type { ResponseHead } from "./http1/response-head.ts";
import type { UpstreamRequest } from "./http1/upstream-request.ts";
import { lateRefusal } from "./late-refusal.ts";
import type { GatewayLimits } from "./limits.ts";

/** What became of a request that was sent to an upstream, as long as the client has heard nothing of it. */
export type Forwarded =
  | { readonly kind: "answered" }
  /** `again`: who may be asked once more. */
  | { readonly kind: "failed"; readonly error: BerthError; readonly again: "anybody" | "others" | "nobody" };

export interface ForwardOptions {
  readonly connection: Connection;
  readonly request: UpstreamRequest;
  readonly upstream: ReadyUpstream;
  readonly limits: GatewayLimits;
  readonly nowMs: () => number;
  /** A stream of OpenAI's, which is complete only with its last event. */
  readonly endsWithDone: boolean;
}

/**
 * Sends the request and passes the answer on as it comes, no faster than the client takes it. Rejects when the answer
 * breaks off after the client has got its head, and with the exchange's reason when it is cancelled; in every such case
 * the connection is closed before.
 */
export function forward(exchange: Exchange, options: ForwardOptions): Promise<Forwarded> {
  return new Promise((resolve, reject) => {
    const forwarding = new Forwarding(exchange, options, resolve, reject);
    exchange.begin(forwarding);
    forwarding.start();
  });
}

const noConnection = new ConnectionFailure("lost", "no connection in time");

const smallBytes = 16 * 1024;
const maxRefusalBytes = 16 * 1024;

type Phase = "connecting" | "asked" | "answering" | "blocked" | "over";

class Forwarding implements Activity, AnswerListener {
  readonly #exchange: Exchange;
  readonly #options: ForwardOptions;
  readonly #resolve: (forwarded: Forwarded) => void;
  readonly #reject: (error: BerthError) => void;
  #phase: Phase;
  /** When the phase began or last made progress; undefined until the next tick has set it. */
  #sinceMs: number | undefined;
  /** Come from the upstream, and not yet sent to the client. */
  #heldHead: ResponseHead | undefined;
  /** The upstream's status, when it does not continue a stream that has begun with comments. */
  #refusedStatus: number | undefined;
  #expectedBytes: number | undefined;
  #receivedBytes = 0;

  constructor(
    exchange: Exchange,
    options: ForwardOptions,
    resolve: (forwarded: Forwarded) => void,
    reject: (error: BerthError) => void,
  ) {
    this.#exchange = exchange;
    this.#options = options;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#phase = options.connection.connected ? "asked" : "connecting";
  }

  start(): void {
    if (this.#phase !== "over") this.#options.connection.send(this.#options.request, this);
  }

  tick(nowMs: number): void {
    this.#sinceMs ??= nowMs;
    const waitedMs = nowMs - this.#sinceMs;
    const { limits, upstream } = this.#options;
    switch (this.#phase) {
      case "connecting":
        if (waitedMs > limits.connectMs) this.#fail(unreachable(upstream, noConnection), "others");
        return;
      case "asked":
        if (waitedMs > limits.firstByteMs) this.#fail(silent(upstream, limits.firstByteMs), "nobody");
        return;
      case "answering":
        if (waitedMs > limits.streamIdleMs) this.#fail(silent(upstream, limits.streamIdleMs), "nobody");
        return;
      case "blocked":
        if (waitedMs > limits.clientStallMs) this.cancel(stalled(limits.clientStallMs));
        return;
      case "over":
        return;
    }
  }

  cancel(reason: BerthError): void {
    if (this.#phase === "over") return;
    this.#over();
    this.#options.connection.destroy();
    this.#reject(reason);
  }

  onConnected(): void {
    this.#enter("asked");
  }

  onHead(head: ResponseHead): void {
    this.#enter("answering");
    const { response } = this.#exchange;
    if (head.body.kind === "bytes") this.#expectedBytes = head.body.count;
    const streams = isEventStream(headerOf(head, "content-type"));
    if (response.headersSent) {
      // a held stream has begun already; only a stream can be its continuation
      if (head.status !== 200 || !streams) this.#refusedStatus = head.status;
      return;
    }
    this.#exchange.eventStream = streams;
    this.#heldHead = head;
    // a stream's head tells the client something; any other waits for the body, which may fail to come
    if (streams || head.body.kind === "until_close") queueMicrotask(() => this.#flushHead());
  }

  onBody(bytes: Buffer): void {
    if (this.#phase === "over") return;
    const exchange = this.#exchange;
    exchange.firstByteMs ??= this.#options.nowMs() - exchange.beganMs;
    (exchange.tail ??= new AnswerTail()).push(bytes);
    this.#receivedBytes += bytes.length;
    this.#sinceMs = undefined;
    if (this.#refusedStatus !== undefined) {
      if (this.#receivedBytes > maxRefusalBytes) this.#refuseLate(this.#refusedStatus);
      return;
    }
    this.#writeHead();
    if (this.#receivedBytes === this.#expectedBytes) {
      endWith(exchange.response, bytes);
    } else if (!exchange.response.write(bytes)) {
      this.#enter("blocked");
      this.#options.connection.pause();
      exchange.response.once("drain", () => this.#unblock());
    }
  }

  onEnd(): void {
    if (this.#phase === "over") return;
    const { response, eventStream, tail } = this.#exchange;
    if (this.#refusedStatus !== undefined) {
      this.#refuseLate(this.#refusedStatus);
      return;
    }
    if (eventStream && this.#options.endsWithDone && !isFinishedStream(tail?.text() ?? "")) {
      this.#fail(died(this.#options.upstream, "the stream ended without its last event"), "nobody");
      return;
    }
    this.#over();
    this.#writeHead();
    if (!response.writableEnded) response.end();
    this.#resolve({ kind: "answered" });
  }

  onFailure(failure: ConnectionFailure): void {
    if (this.#phase === "over") return;
    const { upstream } = this.#options;
    if (failure.kind === "malformed") {
      this.#fail(unreachable(upstream, failure), "nobody");
    } else if (this.#isBeforeHead()) {
      this.#fail(unreachable(upstream, failure), failure.kind === "stale" ? "anybody" : "others");
    } else {
      this.#fail(died(upstream, failure.message, failure), "nobody");
    }
  }

  #refuseLate(status: number): void {
    const said = this.#exchange.tail?.text() ?? "";
    this.#fail(
      lateRefusal(this.#options.upstream.name, status, Buffer.from(said, "latin1").toString()),
      "nobody",
    );
  }

  #writeHead(): void {
    const head = this.#heldHead;
    if (head === undefined) return;
    this.#heldHead = undefined;
    this.#exchange.status = head.status;
    this.#exchange.response.writeHead(head.status, answerHeaders(head.headers, this.#exchange.requestId));
  }

  #flushHead(): void {
    if (this.#phase === "over" || this.#heldHead === undefined) return;
    this.#writeHead();
    this.#exchange.response.flushHeaders();
  }

  #unblock(): void {
    if (this.#phase !== "blocked") return;
    this.#enter("answering");
    this.#options.connection.resume();
  }

  #enter(phase: Phase): void {
    this.#phase = phase;
    this.#sinceMs = undefined;
  }

  #fail(error: BerthError, again: "anybody" | "others" | "nobody"): void {
    const told = this.#exchange.response.headersSent && !this.#isBeforeHead();
    this.#over();
    this.#options.connection.destroy();
    if (told) this.#reject(error);
    else this.#resolve({ kind: "failed", error, again });
  }

  #isBeforeHead(): boolean {
    return this.#phase === "connecting" || this.#phase === "asked";
  }

  #over(): void {
    this.#phase = "over";
    this.#exchange.end();
  }
}

function headerOf(head: ResponseHead, name: string): string | undefined {
  for (let at = 0; at < head.headers.length; at += 2) {
    if (head.headers[at] === name) return head.headers[at + 1];
  }
  return undefined;
}

function unreachable(upstream: ReadyUpstream, cause: ConnectionFailure): BerthError {
  return new BerthError(
    "upstream_failed",
    `the service \`${upstream.name}\` did not answer: ${cause.message}`,
    {
      details: { service: upstream.name },
      cause,
    },
  );
}

function died(upstream: ReadyUpstream, why: string, cause?: Error): BerthError {
  return new BerthError("engine_died", `the answer of \`${upstream.name}\` is incomplete: ${why}`, {
    details: { service: upstream.name },
    cause,
  });
}

function silent(upstream: ReadyUpstream, ms: number): BerthError {
  return new BerthError("upstream_timeout", `nothing came from \`${upstream.name}\` for ${ms / 1000} s`, {
    details: { service: upstream.name },
  });
}

function stalled(ms: number): BerthError {
  return new BerthError("client_closed", `the client took nothing for ${ms / 1000} s`);
}

/** Node sends a head and a small text in one write, a head and bytes in two. */
function endWith(response: ServerResponse, bytes: Buffer): void {
  if (bytes.length <= smallBytes) response.end(bytes.toString("latin1"), "latin1");
  else response.end(bytes);
}
