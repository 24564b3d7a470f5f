import type { Price, ProviderUpstream, ServiceUpstream, Upstream } from "@berth/api";
import { expect, test } from "vitest";
import { type RequestFacts, worstCase } from "./worst-case.ts";

const facts: RequestFacts = {
  bodyBytes: 1000,
  refersElsewhere: false,
  isHeard: false,
  generates: true,
  maxTokens: undefined,
  choices: 1,
  secondsAtMost: 600,
};
const common = { name: "m", model: "m", task: "text-generation", createdAtMs: 0 };

function provider(given: Partial<ProviderUpstream> & { price: Price | null }): ProviderUpstream {
  const target = {
    providerId: "p",
    provider: "p",
    kind: "openai",
    url: "https://example.org/v1",
    auth: { kind: "none" },
    options: {},
    maxParallel: null,
    connectMs: null,
    firstTokenMs: null,
  } as const;
  return {
    ...common,
    kind: "provider",
    id: "p/m",
    target,
    isDown: false,
    contextTokens: null,
    maxOutputTokens: null,
    prompt: null,
    defaults: {},
    ...given,
  };
}

function service(given: Partial<ServiceUpstream>): ServiceUpstream {
  return {
    ...common,
    kind: "service",
    serviceId: "s",
    state: { kind: "unavailable", reason: "" },
    apiKeyHash: undefined,
    anyPath: false,
    takesUploads: false,
    gpus: 0,
    contextTokens: null,
    ...given,
  };
}

const cheap = { inputPerMillion: 1, outputPerMillion: 2 };
const dear = { inputPerMillion: 10, outputPerMillion: 20, cacheWritePerMillion: 12.5 };

test.each<[fact: string, facts: Partial<RequestFacts>, upstreams: readonly Upstream[], need: object]>([
  [
    "bytes and max_tokens",
    { maxTokens: 50 },
    [provider({ price: cheap })],
    { tokensAtMost: 1050, costAtMostUsd: 0.0011 },
  ],
  [
    "max_tokens of each answer",
    { maxTokens: 50, choices: 4 },
    [provider({ price: cheap })],
    { tokensAtMost: 1200 },
  ],
  [
    "without max_tokens the model's most",
    {},
    [provider({ price: cheap, maxOutputTokens: 300 })],
    { tokensAtMost: 1300 },
  ],
  ["else its context", {}, [provider({ price: cheap, contextTokens: 8192 })], { tokensAtMost: 9192 }],
  ["else 4096", {}, [provider({ price: cheap })], { tokensAtMost: 5096 }],
  [
    "nobody reads or writes more than its context",
    { bodyBytes: 1e7, maxTokens: 1e9 },
    [provider({ price: cheap, contextTokens: 500 })],
    { tokensAtMost: 1000 },
  ],
  [
    "an embedding writes nothing",
    { generates: false },
    [provider({ price: cheap })],
    { tokensAtMost: 1000, costAtMostUsd: 0.001 },
  ],
  [
    "an image's address may be any number of tokens",
    { refersElsewhere: true, maxTokens: 1 },
    [provider({ price: cheap, contextTokens: 32_768 })],
    { tokensAtMost: 32_769 },
  ],
  [
    "300 kB of sound are no 300,000 tokens",
    { isHeard: true, bodyBytes: 300_000 },
    [provider({ price: cheap })],
    { tokensAtMost: 5000 + 4096 },
  ],
  [
    "hours of sound are no more than a model can hear",
    { isHeard: true, bodyBytes: 32 * 1024 * 1024 },
    [provider({ price: cheap })],
    { tokensAtMost: 32_768 + 4096 },
  ],
  [
    "nor than its context",
    { isHeard: true, bodyBytes: 32 * 1024 * 1024, maxTokens: 10 },
    [provider({ price: cheap, contextTokens: 448 })],
    { tokensAtMost: 458 },
  ],
  [
    "the dearest candidate's price, writing to its cache",
    { maxTokens: 50 },
    [provider({ price: cheap }), provider({ price: dear })],
    { costAtMostUsd: 0.0135 },
  ],
  [
    "a price for each request",
    { generates: false },
    [provider({ price: { ...cheap, perRequest: 0.5 } })],
    { costAtMostUsd: 0.501 },
  ],
  ["no price", {}, [provider({ price: null })], { costAtMostUsd: 0, gpuSecondsAtMost: 0 }],
  [
    "a service's GPUs",
    {},
    [service({ gpus: 2 }), service({ gpus: 1 })],
    { costAtMostUsd: 0, gpuSecondsAtMost: 1200 },
  ],
  ["nobody", {}, [], { tokensAtMost: 0, costAtMostUsd: 0, gpuSecondsAtMost: 0 }],
])("%s", (_fact, given, upstreams, need) => {
  expect(worstCase({ ...facts, ...given }, upstreams)).toMatchObject(need);
});
