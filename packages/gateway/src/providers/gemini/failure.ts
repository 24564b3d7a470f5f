import { tellsTooLong } from "../../failure.ts";
import { failureKindOf, ProviderFailure, type FailureFacts, type FailureKind } from "../provider-failure.ts";

/** As Google's APIs tell of errors. */
interface SaidError {
  readonly code?: number;
  readonly message?: string;
  readonly status?: string;
  readonly details?: readonly { readonly reason?: string; readonly retryDelay?: string }[];
}

const kinds: ReadonlyMap<string, FailureKind> = new Map([
  // the account's: where it is, or what it has paid for
  ["FAILED_PRECONDITION", "credential"],
  ["UNAUTHENTICATED", "credential"],
  ["PERMISSION_DENIED", "credential"],
  ["NOT_FOUND", "absent"],
  ["RESOURCE_EXHAUSTED", "busy"],
  ["UNAVAILABLE", "busy"],
  ["DEADLINE_EXCEEDED", "silent"],
  ["INTERNAL", "failed"],
]);

/** What the body of an error tells beyond its status and its words. */
export function refineFailure(body: string): Partial<FailureFacts> {
  const error = errorOf(body);
  if (error === undefined) return {};
  const { kind, retryAfterMs } = meaning(error);
  return {
    ...(kind === undefined ? {} : { kind }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/** The failure that an event of a stream tells of, or what stands in its place; `undefined` for anything else. */
export function failureIn(json: string): ProviderFailure | undefined {
  const error = errorOf(json);
  if (error === undefined) return undefined;
  const { code = 500, message = "the stream ended with an error" } = error;
  const { kind, retryAfterMs } = meaning(error);
  const byStatus = tellsTooLong(code, message) ? "too_long" : failureKindOf(code);
  return new ProviderFailure({ kind: kind ?? byStatus, status: code, message, retryAfterMs });
}

function meaning({ status = "", details = [] }: SaidError): {
  readonly kind: FailureKind | undefined;
  readonly retryAfterMs: number | undefined;
} {
  const list = Array.isArray(details) ? details : [];
  const isKey = list.some(({ reason }) => reason === "API_KEY_INVALID");
  const delay = list.map(({ retryDelay }) => /^(\d+(?:\.\d+)?)s$/.exec(retryDelay ?? "")?.[1]);
  const seconds = delay.find((text) => text !== undefined);
  return {
    kind: isKey ? "credential" : kinds.get(status),
    retryAfterMs: seconds === undefined ? undefined : Number(seconds) * 1000,
  };
}

/** Alone, or as the first of a list. */
function errorOf(json: string): SaidError | undefined {
  try {
    const value = JSON.parse(json) as unknown;
    const { error } = ((Array.isArray(value) ? value[0] : value) ?? {}) as {
      readonly error?: SaidError | null;
    };
    return typeof error === "object" && error !== null ? error : undefined;
  } catch {
    // no JSON: it tells nothing more
    return undefined;
  }
}
