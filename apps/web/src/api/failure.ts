import { isBerthApiError } from "@berth/client";

/** A refusal or failure as pages tell it. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  /** The field at fault, as the server names it: `options.parallel`. */
  readonly param: string | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;
  readonly requestId: string | undefined;
}

export function failureOf(error: unknown): Failure {
  if (!isBerthApiError(error))
    return { ...blank, message: error instanceof Error ? error.message : "unknown" };
  const { code, param, details, requestId } = error;
  const message = code === "server_unreachable" ? "The server does not answer." : error.message;
  return { code, message, param, details, requestId };
}

/** The session has ended or never was: only the log-in page helps. */
export function isLoggedOut(error: unknown): boolean {
  return isBerthApiError(error) && (error.code === "session_expired" || error.code === "invalid_api_key");
}

/** Nobody answered, or the answer broke off: worth another try by itself. */
export function isConnectionFailure(error: unknown): boolean {
  return isBerthApiError(error) && (error.code === "server_unreachable" || error.code === "connection_lost");
}

const blank = { code: "unknown", param: undefined, details: undefined, requestId: undefined };
