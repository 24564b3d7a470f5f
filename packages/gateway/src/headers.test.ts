import { expect, test } from "vitest";
import { Exchange } from "./exchange.ts";
import { answerHeaders, providerHeaders } from "./headers.ts";

/** Asked at 1 ms, and answered by 3 ms of somebody else's work. */
function exchange(): Exchange {
  const made = new Exchange({} as never, {} as never, "r1", 0, 0);
  made.askedMs = 1;
  made.upstreamMs = 3;
  return made;
}

test.each([
  [
    "headers of the next hop only",
    ["connection", "close, x-hop", "keep-alive", "timeout=5", "x-hop", "1", "te", "x", "a", "1"],
    ["a", "1"],
  ],
  [
    "frames of the upstream's",
    ["transfer-encoding", "chunked", "trailer", "x", "content-type", "a/b"],
    ["content-type", "a/b"],
  ],
  [
    "what would open our origin",
    ["access-control-allow-origin", "*", "set-cookie", "a=1", "clear-site-data", "*"],
    [],
  ],
  ["another request id", ["x-request-id", "theirs"], []],
  [
    "limits, accounts and times of the upstream's",
    [
      "x-ratelimit-remaining-tokens",
      "1",
      "anthropic-ratelimit-requests-remaining",
      "1",
      "openai-organization",
      "ours",
      "anthropic-organization-id",
      "ours",
      "x-berth-timing",
      "own=1",
    ],
    [],
  ],
])("%s are not passed to the client", (_fact, headers, kept) => {
  expect(answerHeaders(headers, exchange(), 5)).toEqual([
    "x-request-id",
    "r1",
    "x-berth-timing",
    "queue=0, cold=0, upstream=3000, own=1000",
    ...kept,
  ]);
});

test("everything else is, repeated headers too", () => {
  const headers = ["retry-after", "3", "x-a", "1", "x-a", "2", "content-length", "5"];
  expect(answerHeaders(headers, exchange(), 5)).toEqual([
    "x-request-id",
    "r1",
    "x-berth-timing",
    "queue=0, cold=0, upstream=3000, own=1000",
    ...headers,
  ]);
});

test("a switch of the provider's that the caller has set is sent once, as the caller has it", () => {
  const request = { headers: { "anthropic-version": "2026-10-21", cookie: "a=1" } };
  const own = ["x-api-key", "k", "anthropic-version", "2023-06-01"];
  expect(providerHeaders(request as never, "json", "r1", own)).toEqual([
    "content-type",
    "application/json",
    "x-request-id",
    "r1",
    "anthropic-version",
    "2026-10-21",
    "x-api-key",
    "k",
  ]);
});
