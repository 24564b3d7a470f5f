import { HandlerError } from "../handler-error.ts";

const mostDetails = 4096;

/** What a refusal says, in its own words where it has some: the same as of a replica's. */
export function refusalOf(status: number, text: string): HandlerError {
  const told = errorIn(text);
  const message = told?.message ?? `the handler answered with status ${status}`;
  const details = told?.details ?? (text === "" ? undefined : text.slice(0, mostDetails));
  return new HandlerError(told?.code ?? "handler_failed", message, {
    status,
    ...(details === undefined ? {} : { details }),
  });
}

interface Told {
  readonly code: string | undefined;
  readonly message: string;
  readonly details: string | undefined;
}

function errorIn(text: string): Told | undefined {
  let error: unknown;
  try {
    ({ error } = JSON.parse(text) as { error?: unknown });
  } catch {
    return undefined; // no JSON: it is told as it is
  }
  if (typeof error === "string") return { code: undefined, message: error, details: undefined };
  const { code, message, details } = (error ?? {}) as Record<string, unknown>;
  if (typeof message !== "string") return undefined;
  return {
    code: typeof code === "string" && code !== "" ? code : undefined,
    message,
    details: typeof details === "string" ? details : undefined,
  };
}
