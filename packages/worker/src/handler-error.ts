import { cutJobError } from "@berth/api/job-words";

/** Why there is no result, as callers are told. */
export interface ToldError {
  readonly code: string;
  readonly message: string;
  readonly details: string | null;
}

/** A handler throws it to say what is wrong in words of its own. */
export class HandlerError extends Error {
  readonly code: string;
  readonly details: string | null;
  /** What a caller over HTTP gets. */
  readonly status: number;

  constructor(
    code: string,
    message: string,
    options: { readonly details?: string; readonly status?: number; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = "HandlerError";
    this.code = code;
    this.details = options.details ?? null;
    this.status = options.status ?? 500;
  }
}

/** What is told of anything that was thrown: of an error that is not ours, its stack as details. What is long is cut. */
export function toldErrorOf(thrown: unknown): ToldError {
  return cutJobError(wholeErrorOf(thrown));
}

function wholeErrorOf(thrown: unknown): ToldError {
  if (isHandlerError(thrown)) return { code: thrown.code, message: thrown.message, details: thrown.details };
  if (thrown instanceof Error)
    return { code: "handler_failed", message: thrown.message || thrown.name, details: thrown.stack ?? null };
  return { code: "handler_failed", message: `the handler threw ${describe(thrown)}`, details: null };
}

export function statusOf(thrown: unknown): number {
  return isHandlerError(thrown) ? thrown.status : 500;
}

/** By name: a handler may have a copy of this package of its own. */
function isHandlerError(thrown: unknown): thrown is HandlerError {
  return thrown instanceof Error && thrown.name === "HandlerError" && "code" in thrown && "status" in thrown;
}

function describe(thrown: unknown): string {
  try {
    return JSON.stringify(thrown) ?? String(thrown);
  } catch {
    return String(thrown);
  }
}
