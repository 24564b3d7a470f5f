import { BerthError, isBerthError } from "@berth/api";
import { backoffMs } from "@berth/std/backoff";
import type { Clock } from "@berth/std/clock";
import type { HubToken } from "../model-source.ts";
import { StallGuard } from "./stall-guard.ts";
import { refusalOf, retryAfterMs, type Subject } from "./refusal.ts";

export interface TransportOptions {
  /** `https://huggingface.co`, or what HF_ENDPOINT says. */
  readonly endpoint: string;
  /** As it is now; it is sent to the endpoint's origin and nowhere else. */
  readonly token: () => HubToken | undefined;
  readonly offline: () => boolean;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly random: () => number;
  /** Failures in a row, without a byte gained, before giving up. */
  readonly attempts: number;
  /** How long an answer's first byte, or any further one, may take. */
  readonly stallMs: number;
}

/** A failure that may pass: tried again until the attempts are used up, then told as `error`. */
export class PassingFailure extends Error {
  readonly error: BerthError;
  readonly waitMs: number | null;

  constructor(error: BerthError, waitMs: number | null = null) {
    super(error.message, { cause: error });
    this.error = error;
    this.waitMs = waitMs;
  }
}

const backoff = { firstMs: 500, maxMs: 30_000, jitter: 0.5 };
/** A hub that asks for a longer rest than this gets an error for the user instead. */
const maxRestMs = 120_000;

/** Speaks HTTP with the hub: offline mode, the token, refusals in words. Retries are its callers' with `retrying`. */
export class Transport {
  readonly #options: TransportOptions;

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  get endpoint(): string {
    return this.#options.endpoint.replace(/\/+$/, "");
  }

  get clock(): Clock {
    return this.#options.clock;
  }

  get stallMs(): number {
    return this.#options.stallMs;
  }

  /** Throws `offline` when the user wants no network. */
  requireOnline(): void {
    if (this.#options.offline()) {
      throw new BerthError("offline", "the hub is not asked in offline mode; unset HF_HUB_OFFLINE to use it");
    }
  }

  /** A `fetch` for the hub's own client library: retries, and throws a BerthError for every answer but a success. */
  fetchFor(subject: Subject, signal: AbortSignal): typeof fetch {
    return (input, init) =>
      this.retrying(signal, async () => {
        using guard = new StallGuard(this.clock, this.stallMs, signal);
        const url = new URL(input instanceof Request ? input.url : input);
        const headers = Object.fromEntries(new Headers(init?.headers));
        const answer = await this.request(url, { headers }, subject, guard.signal);
        // read here, so that a cut answer is a failure of this attempt and not of the library
        const body = await reading(answer.arrayBuffer(), url);
        return new Response(body, { status: answer.status, headers: answer.headers });
      });
  }

  /** One request, without a time limit of its own. Throws a PassingFailure, a BerthError, or the signal's reason; resolves to a success or redirect. */
  async request(
    url: URL,
    init: {
      readonly method?: "GET" | "HEAD";
      readonly headers?: Record<string, string>;
      readonly redirect?: "follow" | "manual";
    },
    subject: Subject,
    signal: AbortSignal,
  ): Promise<Response> {
    this.requireOnline();
    const token = this.#options.token();
    const own = url.origin === new URL(this.endpoint).origin;
    const headers = {
      "user-agent": "berth",
      ...init.headers,
      ...(token !== undefined && own ? { authorization: `Bearer ${token.value}` } : {}),
    };
    const answer = await reading(this.#options.fetch(url, { ...init, headers, signal }), url);
    if (answer.ok || (init.redirect === "manual" && answer.status < 400)) return answer;
    await answer.body?.cancel();
    throw this.#refused(answer, subject, token?.name, own);
  }

  /** Runs `attempt` until it succeeds or fails for good; `PassingFailure`s are waited out. */
  async retrying<T>(
    signal: AbortSignal,
    attempt: () => Promise<T>,
    gained: () => boolean = () => false,
  ): Promise<T> {
    for (let failures = 1; ; failures += 1) {
      try {
        signal.throwIfAborted();
        return await attempt();
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof PassingFailure)) throw error;
        if (gained()) failures = 1;
        const waitMs = error.waitMs ?? backoffMs(failures, backoff, this.#options.random);
        if (failures >= this.#options.attempts || waitMs > maxRestMs) throw error.error;
        await this.clock.sleep(waitMs, signal);
      }
    }
  }

  #refused(
    answer: Response,
    subject: Subject,
    tokenName: string | undefined,
    own: boolean,
  ): BerthError | PassingFailure {
    const refused = {
      status: answer.status,
      errorCode: answer.headers.get("x-error-code"),
      errorMessage: answer.headers.get("x-error-message"),
      endpoint: this.endpoint,
      tokenName,
    };
    const refusal = refusalOf(refused, subject);
    const waitMs = retryAfterMs(answer.headers.get("retry-after"), this.clock.now());
    // the links that the hub redirects to expire: a new one comes from asking the hub again
    const expired = !own || (answer.redirected && refused.errorCode === null);
    if (refusal.kind === "passing") return new PassingFailure(refusal.error, waitMs);
    if (!expired) return refusal.error;
    const words = `the store behind ${this.endpoint} answered with ${answer.status}`;
    return new PassingFailure(new BerthError("upstream_failed", words));
  }
}

/** What came of talking to the URL; a broken or silent connection is a PassingFailure. */
export async function reading<T>(work: Promise<T>, url: URL): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw isBerthError(error) ? error : networkFailure(error, url);
  }
}

/** The failure of a connection, in words without the URL's query, which may hold a signature. */
function networkFailure(error: unknown, url: URL): PassingFailure {
  const name = error instanceof Error ? error.name : "";
  if (name === "TimeoutError") {
    return new PassingFailure(new BerthError("upstream_timeout", `${url.origin} did not answer in time`));
  }
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const reason = cause instanceof Error && "code" in cause ? String(cause.code) : "the connection broke";
  return new PassingFailure(
    new BerthError("upstream_failed", `cannot talk to ${url.origin}: ${reason}`, {
      details: { unreachable: true },
      cause: error,
    }),
  );
}
