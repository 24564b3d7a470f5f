import type { Observation } from "@berth/gateway";
import { expect, test } from "vitest";
import { createMetrics } from "./metrics.ts";

const observation: Observation = {
  operation: "chat.completions",
  service: undefined,
  provider: "acme",
  model: "pilot",
  route: "fast",
  status: 200,
  outcome: "ok",
  errorCode: undefined,
  durationMs: 1500,
  firstByteMs: 200,
  heldMs: 0,
  retried: false,
  tokens: {
    inputTokens: 100,
    outputTokens: 20,
    cachedTokens: 60,
    cacheWriteTokens: undefined,
    reasoningTokens: 5,
  },
  costUsd: 0.25,
};

const refusal = {
  ...observation,
  status: 429,
  outcome: "error",
  model: undefined,
  provider: undefined,
} as const;

async function linesAfter(...observations: readonly Observation[]): Promise<readonly string[]> {
  const metrics = createMetrics({
    servicesByStatus: () => new Map(),
    inFlight: () => 0,
    schedulerCalls: () => new Map(),
  });
  for (const given of observations) metrics.observe(given);
  metrics.lose(7);
  return (await metrics.text()).split("\n");
}

test.each([
  [
    'berth_requests_total{model="pilot",provider="acme",route="fast",operation="chat.completions",status="200",outcome="ok"} 2',
  ],
  ['berth_tokens_total{model="pilot",provider="acme",route="fast",kind="cached"} 120'],
  ['berth_tokens_total{model="pilot",provider="acme",route="fast",kind="reasoning"} 10'],
  ['berth_cost_usd_total{model="pilot",provider="acme",route="fast"} 0.5'],
  ["berth_ledger_lost_total 7"],
  [
    'berth_request_duration_seconds_bucket{le="1",model="pilot",provider="acme",operation="chat.completions"} 0',
  ],
  [
    'berth_request_duration_seconds_bucket{le="2.5",model="pilot",provider="acme",operation="chat.completions"} 2',
  ],
  [
    'berth_request_duration_seconds_bucket{le="+Inf",model="pilot",provider="acme",operation="chat.completions"} 2',
  ],
  ['berth_request_duration_seconds_sum{model="pilot",provider="acme",operation="chat.completions"} 3'],
  [
    'gen_ai_client_token_usage_sum{gen_ai_operation_name="chat",gen_ai_provider_name="acme",gen_ai_request_model="pilot",gen_ai_token_type="input"} 200',
  ],
  [
    'gen_ai_server_request_duration_seconds_count{gen_ai_operation_name="chat",gen_ai_provider_name="acme",gen_ai_request_model="pilot",error_type=""} 2',
  ],
  [
    'gen_ai_server_time_to_first_token_seconds_sum{gen_ai_operation_name="chat",gen_ai_provider_name="acme",gen_ai_request_model="pilot"} 0.4',
  ],
])("two requests are told as %s", async (line) => {
  expect(await linesAfter(observation, observation)).toContain(line);
});

test("what limits refuse is counted; an upstream's own limits are not ours", async () => {
  const lines = await linesAfter(
    { ...refusal, errorCode: "rate_limited" },
    { ...refusal, errorCode: "budget_exceeded" },
    { ...observation, status: 429, outcome: "error", errorCode: "rate_limited" },
  );
  expect(lines.filter((line) => line.startsWith("berth_limit_refusals_total{"))).toEqual([
    'berth_limit_refusals_total{code="rate_limited"} 1',
    'berth_limit_refusals_total{code="budget_exceeded"} 1',
  ]);
});

test("requests that differ in their status only are one duration", async () => {
  const lines = await linesAfter(observation, { ...observation, status: 500, outcome: "error" });
  expect(lines.filter((line) => line.startsWith("berth_request_duration_seconds_count"))).toEqual([
    'berth_request_duration_seconds_count{model="pilot",provider="acme",operation="chat.completions"} 2',
  ]);
});

test("a value at a bound is within it; what nobody measured is not told", async () => {
  const lines = await linesAfter({ ...observation, durationMs: 1000, firstByteMs: undefined });
  expect(lines).toContain(
    'berth_request_duration_seconds_bucket{le="1",model="pilot",provider="acme",operation="chat.completions"} 1',
  );
  expect(lines.filter((line) => line.startsWith("berth_time_to_first_byte_seconds_"))).toEqual([]);
});
