import { tellsTooLong } from "../../failure.ts";
import { ProviderFailure, type FailureKind } from "../provider-failure.ts";

/** An error that comes within a stream, where no status says what it means. */
export function failureOf({
  type,
  message,
}: {
  readonly type: string;
  readonly message: string;
}): ProviderFailure {
  const kind = type === "invalid_request_error" && tellsTooLong(400, message) ? "too_long" : kinds.get(type);
  return new ProviderFailure({ kind: kind ?? "failed", message });
}

const kinds: ReadonlyMap<string, FailureKind> = new Map([
  ["invalid_request_error", "refused"],
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
