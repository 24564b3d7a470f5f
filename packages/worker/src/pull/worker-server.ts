import type { JobError, JobProgress, TakenJobBody, TakeJobs } from "@berth/api";

/** What became of a call to the server. */
export type Answer<T> =
  | { readonly kind: "done"; readonly value: T }
  /** It understood and will not: sending the same again changes nothing. */
  | { readonly kind: "refused"; readonly status: number; readonly message: string }
  /** Nobody is there, or he cannot now. */
  | { readonly kind: "away"; readonly reason: string; readonly retryAfterMs: number | undefined };

export interface HeldLease {
  readonly lease: string;
  readonly progress?: JobProgress;
}

export type Held = "held" | "over";
export interface Finished {
  readonly kind: "stored" | "superseded";
}

/** The worker's half of the server's API. Never throws: what goes wrong is an answer. */
export interface WorkerServer {
  take(order: TakeJobs, signal: AbortSignal): Promise<Answer<readonly TakenJobBody[]>>;
  /** Tells of each lease, in order, whether it is still held. `away` after so long without an answer. */
  renew(workerId: string, leases: readonly HeldLease[], withinMs: number): Promise<Answer<readonly Held[]>>;
  /** `values` are JSON texts, `first` the number of the first of them within the attempt, from 1. Repeated, it changes nothing. */
  append(lease: string, first: number, values: readonly string[]): Promise<Answer<Held>>;
  /** `json` is a JSON text. */
  complete(lease: string, result: CompleteResult): Promise<Answer<Finished>>;
  fail(lease: string, error: JobError): Promise<Answer<Finished>>;
  giveBack(lease: string): Promise<Answer<Finished>>;
}

export type CompleteResult =
  | { readonly kind: "json"; readonly text: string }
  | { readonly kind: "streamed" }
  | {
      readonly kind: "bytes";
      readonly status: number;
      readonly contentType: string;
      readonly bytes: Uint8Array;
    };

export interface WorkerServerOptions {
  readonly url: string;
  readonly key: string;
  readonly endpoint: string;
  readonly fetch: typeof fetch;
}

const answerWithinMs = 60_000;

export function createWorkerServer({ url, key, endpoint, fetch }: WorkerServerOptions): WorkerServer {
  async function post<T>(
    path: string,
    body: string,
    read: (reply: Record<string, unknown>) => T,
    signal = AbortSignal.timeout(answerWithinMs),
  ): Promise<Answer<T>> {
    try {
      const response = await fetch(`${url}${path}`, {
        method: "POST",
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
        body,
        signal,
      });
      const text = await response.text();
      if (response.ok) return { kind: "done", value: read(JSON.parse(text) as Record<string, unknown>) };
      return unsuccessful(response, text);
    } catch (error) {
      return { kind: "away", reason: words(error), retryAfterMs: undefined };
    }
  }
  const readHeld = (reply: Record<string, unknown>): Held => (reply.held === "over" ? "over" : "held");
  const readFinished = (reply: Record<string, unknown>): Finished => ({
    kind: reply.kind === "superseded" ? "superseded" : "stored",
  });
  return {
    take: (order, signal) =>
      post(
        `/api/v1/endpoints/${encodeURIComponent(endpoint)}/take`,
        JSON.stringify(order),
        (reply) => reply.data as readonly TakenJobBody[],
        AbortSignal.any([signal, AbortSignal.timeout(order.waitSeconds * 1000 + answerWithinMs)]),
      ),
    renew: (workerId, leases, withinMs) =>
      post(
        "/api/v1/leases/renew",
        JSON.stringify({ workerId, leases }),
        (reply) => reply.data as readonly Held[],
        AbortSignal.timeout(Math.min(answerWithinMs, Math.ceil(withinMs))),
      ),
    append: (lease, first, values) =>
      post(
        "/api/v1/leases/append",
        `{"lease":${JSON.stringify(lease)},"first":${first},"values":[${values.join(",")}]}`,
        readHeld,
      ),
    complete: (lease, result) => post("/api/v1/leases/complete", completeBody(lease, result), readFinished),
    fail: (lease, error) => post("/api/v1/leases/fail", JSON.stringify({ lease, error }), readFinished),
    giveBack: (lease) => post("/api/v1/leases/return", JSON.stringify({ lease }), readFinished),
  };
}

function completeBody(lease: string, result: CompleteResult): string {
  switch (result.kind) {
    case "json":
      // written already: a large result is not written twice
      return `{"lease":${JSON.stringify(lease)},"json":${result.text}}`;
    case "streamed":
      return JSON.stringify({ lease, streamed: true });
    case "bytes": {
      const { status, contentType, bytes } = result;
      return JSON.stringify({ lease, status, contentType, base64: Buffer.from(bytes).toString("base64") });
    }
  }
}

function unsuccessful(response: Response, text: string): Answer<never> {
  const { status } = response;
  const refusal = refusalOf(text);
  const message = `${status} ${refusal.message}`;
  // 401, 403 and 404 may be mended while we wait: a key or an endpoint that is made again; a lease is not
  const isFinal =
    status === 400 ||
    (status === 403 && refusal.param === "lease") ||
    status === 409 ||
    status === 410 ||
    status === 413 ||
    status === 422;
  // and room can be made
  if (isFinal && refusal.code !== "insufficient_disk") return { kind: "refused", status, message };
  const seconds = Number(response.headers.get("retry-after") ?? "");
  return {
    kind: "away",
    reason: `the server says ${message}`,
    retryAfterMs: Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined,
  };
}

/** What a refusal says; of a proxy's own page, its beginning. */
function refusalOf(text: string): {
  readonly message: string;
  readonly code?: unknown;
  readonly param?: unknown;
} {
  try {
    const body = JSON.parse(text) as {
      error?: { message?: unknown; code?: unknown; param?: unknown };
    } | null;
    if (typeof body?.error?.message === "string") {
      const { message, code, param } = body.error;
      return { message, code, param };
    }
  } catch {
    // no JSON: it is told as it is
  }
  return { message: text.slice(0, 200) };
}

function words(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}
