import { BerthError, type ErrorCode } from "@berth/api";
import { isBerthError } from "@berth/api/error";
import { explainSqliteError } from "./sqlite-error.ts";

/** An error on its way between threads. */
export interface ToldError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly param: string | undefined;
  readonly details: BerthError["details"];
}

/** `what` failed, on the file at `path`. */
export function tellError(error: unknown, what: string, path: string): ToldError {
  const explained = explainSqliteError(error, path);
  if (isBerthError(explained)) {
    const { code, message, param, details } = explained;
    return { code, message, param, details };
  }
  return {
    code: "internal",
    message: `${what} failed: ${String(error)}`,
    param: undefined,
    details: undefined,
  };
}

export function toldAsError({ code, message, param, details }: ToldError): BerthError {
  return new BerthError(code, message, { param, details });
}
