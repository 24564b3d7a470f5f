import type { BerthError } from "@berth/api";
import type { AnswerCapture } from "./answer-capture.ts";
import type { CalledJob } from "./called-job.ts";
import type { ClientRequest, ClientResponse } from "./client.ts";
import { openAiDialect, type Dialect } from "./dialect.ts";
import { type Admission, unlimited } from "./key-limits/admission.ts";
import type { OperationName } from "./operation.ts";
import type { NamedRoute, Principal, TokenCounts, Upstream } from "./ports.ts";
import type { AnswerTail } from "./answer-tail.ts";

/** What is being done for an exchange at the moment. It settles itself, once, and must stop when cancelled. */
export interface Activity {
  /** Looks at the time and fails itself when a deadline has passed. */
  tick(nowMs: number): void;
  /** Stops at once, letting go of whatever it holds, and fails with `reason`. */
  cancel(reason: BerthError): void;
}

/** One request and its answer: what is known of it so far, and what is being done for it. Times are monotonic. */
export class Exchange {
  readonly requestId: string;
  readonly request: ClientRequest;
  readonly response: ClientResponse;
  readonly startedAtMs: number;
  readonly beganMs: number;
  /** In the list of those under way. */
  place = -1;
  operation: OperationName = "unknown";
  principal: Principal | undefined;
  job: CalledJob | undefined;
  /** Without the query. */
  path = "";
  /** What the caller named. */
  asked: string | undefined;
  route: NamedRoute | undefined;
  /** Who was asked last. */
  upstream: Upstream | undefined;
  /** The provider that got what nobody here knows. */
  passedTo: string | undefined;
  status = 0;
  failed = false;
  firstByteMs: number | undefined;
  /** When the request was there, body and all. */
  askedMs: number | undefined;
  /** Waited for a service to start, for the next try, for those who were asked to begin their answers. */
  heldMs = 0;
  queuedMs = 0;
  upstreamMs = 0;
  /** Ours, until the answer began. */
  overheadMs = 0;
  /** How often somebody was asked. */
  tries = 0;
  /** Somebody may have begun to work on it. */
  hasBegun = false;
  errorCode: string | undefined;
  dialect: Dialect = openAiDialect;
  /** As a translator has read them; otherwise the answer's tail tells. */
  tokens: TokenCounts | undefined;
  /** What the caller's limits let it have. */
  admission: Admission = unlimited;
  bodyBytes = 0;
  /** Of the answer. */
  contentType: string | undefined;
  /** How the answer is packed, as it passes; `undefined` when it is not. */
  contentCoding: string | undefined;
  /** Of the answer, for who wants to read it again. */
  capture: AnswerCapture | undefined;
  requestText: string | undefined;
  /** It was answered from memory. */
  cachedAnswer = false;
  tail: AnswerTail | undefined;
  /** Of an answer that was translated, about how many tokens it has so far; `undefined` for one that is passed on. */
  writtenTokens: number | undefined;
  /** Server-sent events are going out: what goes wrong from here on is told as an event. */
  eventStream = false;
  #activity: Activity | undefined;
  #cancelled: BerthError | undefined;
  #clientGone = false;

  constructor(
    request: ClientRequest,
    response: ClientResponse,
    requestId: string,
    startedAtMs: number,
    beganMs: number,
  ) {
    this.request = request;
    this.response = response;
    this.requestId = requestId;
    this.startedAtMs = startedAtMs;
    this.beganMs = beganMs;
  }

  get clientGone(): boolean {
    return this.#clientGone;
  }

  /** From now on, until `end`, `activity` is ticked and cancelled; at once if somebody has cancelled meanwhile. */
  begin(activity: Activity): void {
    this.#activity = activity;
    const cancelled = this.#cancelled;
    this.#cancelled = undefined;
    if (cancelled !== undefined) activity.cancel(cancelled);
  }

  end(): void {
    this.#activity = undefined;
  }

  tick(nowMs: number): void {
    this.#activity?.tick(nowMs);
  }

  cancel(reason: BerthError): void {
    if (this.#activity === undefined) this.#cancelled ??= reason;
    else this.#activity.cancel(reason);
  }

  /** Nobody is there to answer any more. */
  leave(reason: BerthError): void {
    this.#clientGone = true;
    this.cancel(reason);
  }
}
