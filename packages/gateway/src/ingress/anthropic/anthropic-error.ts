import type { BerthError } from "@berth/api";

/** An error as Anthropic's clients expect it: they choose their exception by the status. */
export function anthropicError(error: BerthError): { readonly status: number; readonly body: object } {
  const { status, message } = error;
  return { status, body: { type: "error", error: { type: typeOf(status), message } } };
}

function typeOf(status: number): string {
  switch (status) {
    case 401:
      return "authentication_error";
    case 402:
      return "billing_error";
    case 403:
      return "permission_error";
    case 404:
      return "not_found_error";
    case 409:
      return "conflict_error";
    case 413:
      return "request_too_large";
    case 429:
      return "rate_limit_error";
    case 503:
    case 529:
      return "overloaded_error";
    case 408:
    case 504:
      return "timeout_error";
  }
  return status >= 500 ? "api_error" : "invalid_request_error";
}
