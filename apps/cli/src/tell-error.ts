import { isBerthApiError, type BerthApiError } from "@berth/client";
import { isLoopback } from "./connection/find-server.ts";
import { CliError, type ExitReason } from "./exit.ts";
import { plainText } from "./terminal/plain-text.ts";

/** One line for people, and with `verbose` what a report of the failure needs. */
export function tellError(error: unknown, verbose: boolean): string {
  const message =
    error instanceof Error && error.message !== "" ? error.message : "it failed without saying why";
  const lines = [`berth: ${plainText(message)}${fix(error)}`];
  if (!verbose) return `${lines[0]}\n`;
  if (isBerthApiError(error)) lines.push(...apiFacts(error));
  if (error instanceof Error && error.stack !== undefined) lines.push(error.stack);
  for (let cause = error; cause instanceof Error && cause.cause !== undefined; cause = cause.cause) {
    lines.push(
      `caused by: ${cause.cause instanceof Error ? (cause.cause.stack ?? cause.cause.message) : JSON.stringify(cause.cause)}`,
    );
  }
  return `${lines.join("\n")}\n`;
}

export function exitReason(error: unknown): ExitReason {
  if (error instanceof CliError) return error.reason;
  if (error instanceof Error && error.name === "AbortError") return "interrupted";
  if (!isBerthApiError(error)) return "failed";
  if (error.code === "server_unreachable") return "unreachable";
  if (error.status === 401 || error.status === 403)
    return error.code === "gated_model" ? "failed" : "refused";
  return error.status === 404 ? "notFound" : "failed";
}

/** What to do about failures whose message cannot know it. */
function fix(error: unknown): string {
  if (!isBerthApiError(error)) return "";
  if (error.code === "server_unreachable") {
    const url = error.details?.["url"];
    return typeof url === "string" && isLoopback(url)
      ? "; start one with `berth start`"
      : "; is the server running, and is the address right?";
  }
  if (error.param === "delaySeconds" && error.details?.["ttlSeconds"] !== undefined) return " with --ttl";
  if (error.code !== "invalid_api_key") return "";
  return "; the CLI takes the key from BERTH_AUTH_TOKEN, else from admin.key in --home-dir (BERTH_HOME_DIR)";
}

function apiFacts(error: BerthApiError): string[] {
  return [
    `  code: ${error.code}`,
    `  status: ${error.status}`,
    ...(error.param === undefined ? [] : [`  param: ${error.param}`]),
    ...(error.requestId === undefined ? [] : [`  request id: ${error.requestId}`]),
    ...(error.details === undefined ? [] : [`  details: ${JSON.stringify(error.details)}`]),
  ];
}
