import { tellsTooLong } from "../../failure.ts";
import { ProviderFailure, type FailureFacts, type FailureKind } from "../provider-failure.ts";

interface SaidError {
  readonly type: string;
  readonly message: string;
}

const kinds: ReadonlyMap<string, FailureKind> = new Map([
  ["request_too_large", "too_long"],
  ["authentication_error", "credential"],
  ["permission_error", "credential"],
  ["billing_error", "credential"],
  ["not_found_error", "absent"],
  ["rate_limit_error", "busy"],
  ["overloaded_error", "busy"],
  ["timeout_error", "silent"],
  ["api_error", "failed"],
]);

/** The fields that bear the caller's names, or others in their place. */
const fields: ReadonlyMap<string, string> = new Map([
  ...["max_tokens", "temperature", "top_p", "top_k", "tools", "tool_choice", "messages"].map(
    (name) => [name, name] as const,
  ),
  ["stop_sequences", "stop"],
  ["thinking", "reasoning_effort"],
  ["output_config", "response_format"],
]);

/** What the body of an error tells beyond its status and its words. */
export function refineFailure(body: string): Partial<FailureFacts> {
  const error = errorIn(body);
  if (error === undefined) return {};
  const kind = kindOf(error);
  const param = fields.get(/^`?([a-z_]+)\b/.exec(error.message)?.[1] ?? "");
  return { ...(kind === undefined ? {} : { kind }), ...(param === undefined ? {} : { param }) };
}

/** An error that comes within a stream, where no status says what it means. */
export function failureOf(error: SaidError): ProviderFailure {
  return new ProviderFailure({ kind: kindOf(error) ?? "failed", message: error.message });
}

function kindOf({ type, message }: SaidError): FailureKind | undefined {
  if (type !== "invalid_request_error") return kinds.get(type);
  // the account's trouble, told as if it were the caller's
  if (/credit balance is too low/i.test(message)) return "credential";
  return tellsTooLong(400, message) ? "too_long" : "refused";
}

function errorIn(body: string): SaidError | undefined {
  try {
    const { error } = (JSON.parse(body) ?? {}) as { readonly error?: Partial<SaidError> | null };
    const { type, message } = error ?? {};
    return typeof type === "string" && typeof message === "string" ? { type, message } : undefined;
  } catch {
    // no JSON: it tells nothing more
    return undefined;
  }
}
