import { BerthApiError } from "@berth/client";
import { expect, test } from "vitest";
import { failureOf } from "./loopback-calls.ts";

const of = (
  code: string,
  status: number,
  message = "no",
  more: { readonly retryAfterMs?: number; readonly details?: Record<string, unknown> } = {},
) => {
  const { kind, code: told, retryAfterMs } = failureOf(new BerthApiError(code, message, { status, ...more }));
  return [kind, told, retryAfterMs];
};

test.each([
  [
    "a prompt that is too long",
    of("context_length_exceeded", 400),
    ["too-long", "context_length_exceeded", undefined],
  ],
  [
    "the same in another server's words",
    of("BadRequestError", 400, "This model's maximum context length is 4096 tokens."),
    ["too-long", "context_length_exceeded", undefined],
  ],
  [
    "a limit is waited for",
    of("rate_limited", 429, "no", { retryAfterMs: 3_000 }),
    ["busy", "rate_limited", 3_000],
  ],
  [
    "as long as the gateway says",
    of("too_many_waiting", 429, "no", { details: { retryAfterSeconds: 2 } }),
    ["busy", "too_many_waiting", 2_000],
  ],
  [
    "but not for hours: a budget is spent",
    of("rate_limited", 429, "no", { retryAfterMs: 3_600_000 }),
    ["refused", "rate_limited", 3_600_000],
  ],
  ["an engine that died may be back", of("engine_died", 502), ["try-again", "engine_died", undefined]],
  ["so may a stream that broke off", of("connection_lost", 200), ["try-again", "upstream_failed", undefined]],
  ["a key that may not call it never will", of("forbidden", 403), ["refused", "forbidden", undefined]],
  [
    "what nobody knows is told as the upstream's",
    of("weird", 400),
    ["refused", "upstream_failed", undefined],
  ],
])("%s", (_, told, expected) => {
  expect(told).toEqual(expected);
});
