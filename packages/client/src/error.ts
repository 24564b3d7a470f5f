import type { ErrorCode } from "@berth/api";

/** What goes wrong before or beside the server's own refusals. */
export type TransportCode =
  /** Nothing listens at the address, or it cannot be reached. */
  | "server_unreachable"
  /** The answer broke off before its end. */
  | "connection_lost"
  /** What answered is not Berth, or not a Berth this client understands. */
  | "bad_reply";

export interface BerthApiErrorOptions {
  /** The HTTP status; 0 when there was no answer. */
  readonly status: number;
  readonly param?: string | undefined;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  readonly requestId?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/** A call that was refused or failed. Branch on `code`, never on the message. */
export class BerthApiError extends Error {
  /** One of ours, or whatever code the engine behind the gateway gave. */
  readonly code: ErrorCode | TransportCode | (string & {});
  readonly status: number;
  readonly param: string | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;
  /** Finds the request in the server's log. */
  readonly requestId: string | undefined;
  /** How long whoever refused wants to be left alone, by `Retry-After`. */
  readonly retryAfterMs: number | undefined;

  constructor(code: BerthApiError["code"], message: string, options: BerthApiErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "BerthApiError";
    this.code = code;
    this.status = options.status;
    this.param = options.param;
    this.details = options.details;
    this.requestId = options.requestId;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Tells a BerthApiError of any copy of this module from other errors. */
export function isBerthApiError(error: unknown): error is BerthApiError {
  return error instanceof Error && error.name === "BerthApiError" && "code" in error;
}

/** Reads OpenAI's envelope leniently: engines behind the gateway fill in as much of it as they like. */
export function errorFromBody(
  body: unknown,
  options: Pick<BerthApiErrorOptions, "status" | "requestId" | "retryAfterMs">,
): BerthApiError | undefined {
  const error = field(body, "error");
  if (typeof error === "string") return new BerthApiError("unknown", error, options);
  const message = field(error, "message");
  if (typeof message !== "string") return undefined;
  const code = field(error, "code") ?? field(error, "type");
  const param = field(error, "param");
  const details = field(error, "details");
  return new BerthApiError(typeof code === "string" ? code : "unknown", message, {
    ...options,
    param: typeof param === "string" ? param : undefined,
    details:
      typeof details === "object" && details !== null ? (details as Record<string, unknown>) : undefined,
  });
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
