import { errorCodes, type ErrorCode } from "./error-code.ts";

/** The body of every refusal, on `/v1` and `/api/v1` alike: OpenAI's envelope. */
export interface ErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly code: string;
    /** The field at fault, as a path: `messages[1].content`. */
    readonly param: string | null;
    /** Facts a program may act on: near matches, limits, holders of a port. */
    readonly details?: Readonly<Record<string, unknown>>;
  };
}

export interface ErrorOptions {
  readonly param?: string | undefined;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  readonly cause?: unknown;
}

/**
 * An error that is told to whoever asked. Branch on `code`, never on the message. The message names the field and the
 * fix, and holds no secret.
 */
export class BerthError extends Error {
  readonly code: ErrorCode;
  readonly param: string | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "BerthError";
    this.code = code;
    this.param = options.param;
    this.details = options.details;
  }

  get status(): number {
    return errorCodes[this.code].status;
  }

  toBody(): ErrorBody {
    return errorBody(this.code, this.message, this);
  }
}

/** Tells a BerthError of any copy of this module from other errors. */
export function isBerthError(error: unknown): error is BerthError {
  return error instanceof Error && error.name === "BerthError" && "code" in error;
}

export function errorBody(code: ErrorCode, message: string, options: ErrorOptions = {}): ErrorBody {
  return {
    error: {
      message,
      type: errorCodes[code].type,
      code,
      param: options.param ?? null,
      ...(options.details === undefined ? {} : { details: options.details }),
    },
  };
}
