import type { BerthError } from "@berth/api";
import { AnswerTail } from "./answer-tail.ts";
import type { ClientResponse } from "./client.ts";
import { EventGate } from "./event-gate.ts";
import { endsWithDone, isComment, isEventStream } from "./event-stream.ts";
import type { Activity, Exchange } from "./exchange.ts";
import { answerHeaders } from "./headers.ts";
import type { AnswerListener, Connection, ConnectionFailure } from "./http1/connection.ts";
import { headerOf, type ResponseHead } from "./http1/response-head.ts";
import type { UpstreamRequest } from "./http1/upstream-request.ts";
import { endedEarly, noConnection, silent, stalled, unreachable } from "./upstream-words.ts";

/** What an upstream has answered instead of what was asked, whole, while the client has heard nothing of it. */
export interface Refusal {
  readonly status: number;
  /** As they came. */
  readonly headers: readonly string[];
  readonly bytes: Buffer;
}

/** What became of a request that was sent to an upstream, as long as the client has heard nothing of it. */
export type Forwarded =
  | { readonly kind: "answered" }
  | { readonly kind: "refused"; readonly refusal: Refusal }
  /** `again`: who may be asked once more. `isUnsent`: nothing has gone out to the upstream. */
  | {
      readonly kind: "failed";
      readonly error: BerthError;
      readonly again: "anybody" | "others" | "nobody";
      readonly isUnsent?: boolean;
    };

/** How long things may take, and from whom. */
export interface ForwardLimits {
  readonly connectMs: number;
  readonly firstByteMs: number;
  /** Until the first event of a stream, when somebody else could be asked instead. */
  readonly firstTokenMs: number | undefined;
  readonly streamIdleMs: number;
  readonly clientStallMs: number;
}

export interface ForwardOptions {
  /** For messages. */
  readonly name: string;
  readonly limits: ForwardLimits;
  readonly nowMs: () => number;
  /** A stream that is complete only with its last event: OpenAI's `[DONE]`, or another system's own. */
  readonly endsWithDone: boolean;
  /** The client has not asked for the usage that we have asked for. */
  readonly stripUsage: boolean;
}

/**
 * Sends the request and passes the answer on as it comes, no faster than the client takes it. An answer that is an error
 * is not passed on but returned. Rejects when the answer breaks off after the client has got some of it, and with the
 * exchange's reason when it is cancelled; in every such case the connection is closed before.
 */
export function forward(
  exchange: Exchange,
  connection: Connection,
  request: UpstreamRequest,
  options: ForwardOptions,
): Promise<Forwarded> {
  return new Promise((resolve, reject) => {
    const forwarding = new Forwarding(exchange, connection, options, resolve, reject);
    exchange.begin(forwarding);
    forwarding.start(request);
  });
}

const smallBytes = 16 * 1024;
/** Of a longer error, no more is told. */
const maxRefusalBytes = 256 * 1024;
/** How long the end of a transfer may take whose last event is there. */
const readOverMs = 1_000;
/** A stream that has told nothing for so long begins without its first event. */
const headAtLatestMs = 1_000;

type Phase = "connecting" | "asked" | "answering" | "blocked" | "over";

class Forwarding implements Activity, AnswerListener {
  readonly #exchange: Exchange;
  readonly #connection: Connection;
  readonly #options: ForwardOptions;
  readonly #resolve: (forwarded: Forwarded) => void;
  readonly #reject: (error: BerthError) => void;
  #phase: Phase;
  /** When the phase began or last made progress; undefined until the next tick has set it. */
  #sinceMs: number | undefined;
  readonly #beganMs: number;
  /** Come from the upstream, and not yet sent to the client. */
  #heldHead: ResponseHead | undefined;
  /** An error on its way: its head, and its bytes so far. */
  #refused: ResponseHead | undefined;
  #refusedBytes: Buffer[] = [];
  #gate: EventGate | undefined;
  /** Packed: what is in it cannot be seen as it passes. */
  #isPacked = false;
  #expectedBytes: number | undefined;
  #receivedBytes = 0;
  /** Something of the answer itself has gone to the client. */
  #told = false;
  #isTimed = false;

  constructor(
    exchange: Exchange,
    connection: Connection,
    options: ForwardOptions,
    resolve: (forwarded: Forwarded) => void,
    reject: (error: BerthError) => void,
  ) {
    this.#exchange = exchange;
    this.#connection = connection;
    this.#options = options;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#beganMs = options.nowMs();
    this.#phase = connection.connected ? "asked" : "connecting";
  }

  start(request: UpstreamRequest): void {
    if (this.#phase !== "over") this.#connection.send(request, this);
  }

  tick(nowMs: number): void {
    this.#sinceMs ??= nowMs;
    const waitedMs = nowMs - this.#sinceMs;
    const { limits, name } = this.#options;
    switch (this.#phase) {
      case "connecting":
        if (waitedMs > limits.connectMs) this.#fail(unreachable(name, noConnection), "others");
        return;
      case "asked":
        if (waitedMs > limits.firstByteMs) this.#fail(silent(name, limits.firstByteMs), "nobody");
        else this.#lookForToken(nowMs);
        return;
      case "answering":
        if (waitedMs > limits.streamIdleMs) {
          this.#fail(silent(name, limits.streamIdleMs), "nobody");
          return;
        }
        if (this.#gate?.begun === false) this.#lookForToken(nowMs);
        if (this.#gate !== undefined && this.#heldHead !== undefined && waitedMs > headAtLatestMs)
          this.#flushHead();
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
    this.#connection.destroy();
    this.#reject(reason);
  }

  onConnected(): void {
    this.#enter("asked");
  }

  onHead(head: ResponseHead): void {
    this.#enter("answering");
    const { response } = this.#exchange;
    // what another try has told is none of this one's
    this.#exchange.tail = undefined;
    if (head.body.kind === "bytes") this.#expectedBytes = head.body.count;
    const streams = isEventStream(headerOf(head, "content-type"));
    // a held stream has begun already; only a stream can be its continuation
    if (head.status >= 400 || (response.headersSent && (head.status !== 200 || !streams))) {
      this.#refused = head;
      return;
    }
    const coding = headerOf(head, "content-encoding");
    this.#isPacked = coding !== undefined && coding !== "identity";
    if (streams && this.#options.endsWithDone && !this.#isPacked)
      this.#gate = new EventGate(this.#options.stripUsage);
    if (response.headersSent) return;
    this.#exchange.eventStream = streams;
    this.#heldHead = head;
    // a stream's head waits for its first event; any other that has no known end tells the client something
    if (this.#gate === undefined && (streams || head.body.kind === "until_close"))
      queueMicrotask(() => this.#flushHead());
  }

  onBody(bytes: Buffer): void {
    if (this.#phase === "over") return;
    const exchange = this.#exchange;
    this.#receivedBytes += bytes.length;
    // pings alone are no progress
    if (this.#gate === undefined || !isComment(bytes)) this.#sinceMs = undefined;
    if (this.#refused !== undefined) {
      this.#refusedBytes.push(bytes);
      if (this.#receivedBytes <= maxRefusalBytes) return;
      this.#connection.destroy();
      const { status, headers } = this.#refused;
      this.#refuse(status, headers, Buffer.concat(this.#refusedBytes).subarray(0, maxRefusalBytes));
      return;
    }
    (exchange.tail ??= new AnswerTail(this.#isPacked)).push(bytes);
    if (this.#gate === undefined) {
      this.#write(bytes);
      return;
    }
    const passed = this.#gate.push(bytes);
    if (passed.kind === "pass") {
      if (passed.bytes !== undefined) this.#write(passed.bytes, this.#gate.begun);
      // the end of the transfer most often comes with it
      if (this.#gate.begun && endsWithDone(bytes)) setImmediate(() => this.#endEarly());
    } else if (this.#told) {
      this.#write(passed.event);
    } else {
      this.#connection.destroy();
      this.#refuse(200, this.#heldHead?.headers ?? [], passed.event);
    }
  }

  onEnd(): void {
    if (this.#phase === "over") return;
    const { response, eventStream, tail } = this.#exchange;
    if (this.#refused !== undefined) {
      const { status, headers } = this.#refused;
      this.#refuse(status, headers, Buffer.concat(this.#refusedBytes));
      return;
    }
    const mustBeFinished = eventStream && this.#options.endsWithDone && !this.#isPacked;
    if (mustBeFinished && tail?.isFinishedStream() !== true) {
      this.#fail(endedEarly(this.#options.name, "the stream ended without its last event"), "others");
      return;
    }
    this.#writeHead();
    const left = this.#gate?.end();
    if (left !== undefined) {
      this.#exchange.capture?.push(left);
      response.write(left);
    }
    this.#over();
    if (!response.writableEnded) response.end();
    this.#resolve({ kind: "answered" });
  }

  /** The last event has been told: the answer is whole, whenever its server ends the transfer. */
  #endEarly(): void {
    if (this.#phase === "over") return;
    this.#connection.readOver(readOverMs);
    this.onEnd();
  }

  onFailure(failure: ConnectionFailure): void {
    if (this.#phase === "over") return;
    const { name } = this.#options;
    if (failure.kind === "malformed") {
      this.#fail(unreachable(name, failure), "others");
    } else if (this.#isBeforeHead()) {
      this.#fail(unreachable(name, failure), failure.kind === "stale" ? "anybody" : "others");
    } else {
      this.#fail(endedEarly(name, failure.message, failure), "others");
    }
  }

  /** Part of the answer, for the client; comments and blank lines are none of it. */
  #write(bytes: Buffer, isAnswer = true): void {
    const exchange = this.#exchange;
    if (isAnswer) {
      this.#told = true;
      exchange.firstByteMs ??= this.#options.nowMs() - exchange.beganMs;
    }
    this.#writeHead();
    exchange.capture?.push(bytes);
    if (this.#gate === undefined && this.#receivedBytes === this.#expectedBytes) {
      endWith(exchange.response, bytes);
    } else if (!exchange.response.write(bytes) && this.#phase !== "blocked") {
      this.#enter("blocked");
      this.#connection.pause();
      exchange.response.once("drain", () => this.#unblock());
    }
  }

  #lookForToken(nowMs: number): void {
    const { limits, name } = this.#options;
    if (limits.firstTokenMs === undefined || nowMs - this.#beganMs <= limits.firstTokenMs) return;
    this.#fail(silent(name, limits.firstTokenMs), "others");
  }

  #refuse(status: number, headers: readonly string[], bytes: Buffer): void {
    this.#over();
    this.#resolve({ kind: "refused", refusal: { status, headers, bytes } });
  }

  #writeHead(): void {
    const head = this.#heldHead;
    if (head === undefined) return;
    this.#heldHead = undefined;
    const exchange = this.#exchange;
    exchange.status = head.status;
    exchange.contentType = headerOf(head, "content-type");
    exchange.contentCoding = this.#isPacked ? headerOf(head, "content-encoding") : undefined;
    this.#noteTime();
    const headers = this.#options.stripUsage ? withoutSize(head.headers) : head.headers;
    exchange.response.writeHead(head.status, answerHeaders(headers, exchange, this.#options.nowMs()));
  }

  /** Until its answer began, or it turned out that there is none, the time was the upstream's. */
  #noteTime(): void {
    if (this.#isTimed) return;
    this.#isTimed = true;
    this.#exchange.upstreamMs += this.#options.nowMs() - this.#beganMs;
  }

  #flushHead(): void {
    if (this.#phase === "over" || this.#heldHead === undefined) return;
    this.#writeHead();
    this.#exchange.response.flushHeaders();
  }

  #unblock(): void {
    if (this.#phase !== "blocked") return;
    this.#enter("answering");
    this.#connection.resume();
  }

  #enter(phase: Phase): void {
    this.#phase = phase;
    this.#sinceMs = undefined;
  }

  #fail(error: BerthError, again: "anybody" | "others" | "nobody"): void {
    // of a stream, a head and comments leave everything open
    const isBegun = this.#exchange.response.headersSent && this.#gate === undefined && !this.#isBeforeHead();
    const isUnsent = this.#phase === "connecting";
    this.#over();
    this.#connection.destroy();
    if (this.#told || isBegun) this.#reject(error);
    else this.#resolve({ kind: "failed", error, again, isUnsent });
  }

  #isBeforeHead(): boolean {
    return this.#phase === "connecting" || this.#phase === "asked";
  }

  #over(): void {
    this.#phase = "over";
    this.#noteTime();
    this.#exchange.end();
  }
}

/** Of events that were taken out, sizes and digests are not true any more. */
function withoutSize(headers: readonly string[]): string[] {
  const kept: string[] = [];
  for (let at = 0; at < headers.length; at += 2) {
    if (!/^(?:content-length|etag|(?:content-|repr-)?digest)$/.test(headers[at]!))
      kept.push(headers[at]!, headers[at + 1]!);
  }
  return kept;
}

/** Node sends a head and a small text in one write, a head and bytes in two. */
function endWith(response: ClientResponse, bytes: Buffer): void {
  if (bytes.length <= smallBytes) response.end(bytes.toString("latin1"), "latin1");
  else response.end(bytes);
}
