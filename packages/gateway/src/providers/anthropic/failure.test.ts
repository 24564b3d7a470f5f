import { expect, test } from "vitest";
import { refineFailure } from "./failure.ts";

/** Words as users have quoted them, 2025 and 2026. */
test.each<[string, string, object]>([
  ["invalid_request_error", "prompt is too long: 9 tokens > 8 maximum", { kind: "too_long" }],
  [
    "invalid_request_error",
    "input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000",
    { kind: "too_long" },
  ],
  [
    "invalid_request_error",
    "Your credit balance is too low to access the Anthropic API.",
    { kind: "credential" },
  ],
  [
    "invalid_request_error",
    "`temperature` is deprecated for this model.",
    { kind: "refused", param: "temperature" },
  ],
  ["invalid_request_error", "max_tokens: 9000 > 8192", { kind: "refused", param: "max_tokens" }],
  [
    "invalid_request_error",
    "thinking.enabled.budget_tokens: Field required",
    { kind: "refused", param: "reasoning_effort" },
  ],
  ["permission_error", "no", { kind: "credential" }],
  ["billing_error", "no", { kind: "credential" }],
  ["not_found_error", "model: no", { kind: "absent" }],
  ["overloaded_error", "Overloaded", { kind: "busy" }],
  ["api_error", "Internal server error", { kind: "failed" }],
  ["a_newer_error", "no", {}],
])("%s, %j", (type, message, facts) => {
  expect(refineFailure(JSON.stringify({ type: "error", error: { type, message } }))).toEqual(facts);
});

test.each(["<html>", "null", '{"error":"no"}'])("%s tells no more than its status", (body) => {
  expect(refineFailure(body)).toEqual({});
});
