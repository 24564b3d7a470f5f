import { tellsTooLong } from "../../failure.ts";
import { type FailureKind, ProviderFailure } from "../provider-failure.ts";

/** What an app says when it fails; many say nothing. */
export function appFailure(said: unknown): ProviderFailure {
  const message = typeof said === "string" ? said.replace(/^'(.*)'$/s, "$1") : "";
  return message === ""
    ? new ProviderFailure({ kind: "failed", message: "the app has failed, and hides its errors" })
    : new ProviderFailure({ kind: kindOf(message), message });
}

function kindOf(message: string): FailureKind {
  if (/^Invalid model .* valid models are/s.test(message)) return "absent";
  if (isOfKey(message)) return "credential";
  return tellsTooLong(400, message) ? "too_long" : "failed";
}

/** What an h2oGPT answers to who has no key of it. */
export function isOfKey(said: string): boolean {
  return said.startsWith("Invalid Access Key, request access key");
}

export function broken(message: string, cause?: unknown): ProviderFailure {
  return new ProviderFailure({ kind: "failed", message, cause });
}
