import type { RequestDetails } from "@berth/api";
import { many } from "./many.ts";

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** Who answers what, and at which price: dollars for a million tokens in and out. */
const upstreams = [
  { model: "pilot", serviceId: "11c04b9e", provider: null, price: [0, 0], route: null },
  { model: "chat", serviceId: "11c04b9e", provider: null, price: [0, 0], route: "chat" },
  { model: "openai/gpt-4o-mini", serviceId: null, provider: "openai", price: [0.15, 0.6], route: null },
  { model: "gpt-4o", serviceId: null, provider: "openai", price: [2.5, 10], route: "gpt-4.*" },
  {
    model: "gpu1/meta-llama/Llama-3.1-70B-Instruct",
    serviceId: null,
    provider: "gpu1",
    price: [0, 0],
    route: null,
  },
] as const;

const bodies = {
  request: JSON.stringify({
    model: "gpt-4o",
    stream: true,
    temperature: 0.2,
    messages: [
      { role: "system", content: "Answer in one sentence." },
      { role: "user", content: "Why do orcas hunt in families?" },
    ],
  }),
  response: [
    { choices: [{ index: 0, delta: { role: "assistant", content: "Because prey as clever as seals " } }] },
    { choices: [{ index: 0, delta: { content: "is caught by those who practise together." } }] },
    { choices: [{ index: 0, delta: {}, finish_reason: "stop" }] },
  ]
    .map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`)
    .join("")
    .concat("data: [DONE]\n\n"),
};

/** A month of requests, most of them of the last day; the same every time. */
export function typicalRequests(now: number): RequestDetails[] {
  const random = dice(7);
  const made = many(900, (index): RequestDetails => {
    const upstream = upstreams[Math.floor(random() ** 1.4 * upstreams.length)] ?? upstreams[0];
    const back = index < 500 ? random() * dayMs : dayMs + random() ** 1.5 * 29 * dayMs;
    const inputTokens = Math.round(40 + random() ** 3 * 6000);
    const outputTokens = Math.round(10 + random() ** 2 * 900);
    const firstTokenMs = Math.round(60 + random() ** 4 * 2400);
    const isError = random() < 0.04;
    const kept = upstream.route === "gpt-4.*" && !isError;
    const durationMs = isError ? Math.round(random() * 900) : firstTokenMs + Math.round(outputTokens * 11);
    return {
      ...requestRecord({
        id: `req_${(100_000 + index).toString(36)}`,
        startedAt: Math.round(now - back - durationMs),
        keyId: index % 3 === 0 ? "key_01" : "key_03",
        model: upstream.model,
        route: upstream.route,
        serviceId: upstream.serviceId,
        provider: upstream.provider,
        upstreamModel: upstream.model.split("/").slice(1).join("/") || upstream.model,
        firstTokenMs: isError ? null : firstTokenMs,
        durationMs,
        overheadMs: 0.14 + random() * 0.2,
        heldMs: random() < 0.03 ? Math.round(random() * 8000) : 0,
        inputTokens,
        outputTokens: isError ? 0 : outputTokens,
        costUsd: (inputTokens * upstream.price[0] + outputTokens * upstream.price[1]) / 1e6,
        gpuSeconds: upstream.serviceId === null ? null : durationMs / 1000,
        tries: random() < 0.05 ? 2 : 1,
        hasBodies: kept,
        ...(isError ? { status: 503, outcome: "error", errorCode: "upstream_failed" } : {}),
      }),
      ...(kept ? bodies : {}),
    };
  });
  return made.toSorted((a, b) => b.startedAt - a.startedAt);
}

export function requestRecord(parts: Partial<RequestDetails>): RequestDetails {
  return {
    id: "req_1",
    startedAt: 0,
    keyId: "key_01",
    model: "pilot",
    route: null,
    operation: "chat.completions",
    serviceId: null,
    provider: null,
    upstreamModel: "berth/pilot",
    status: 200,
    outcome: "ok",
    errorCode: null,
    stream: true,
    inputTokens: 24,
    outputTokens: 12,
    cachedTokens: null,
    reasoningTokens: null,
    tokensFrom: "upstream",
    firstTokenMs: 120,
    durationMs: 900,
    heldMs: 0,
    overheadMs: 0.2,
    tries: 1,
    costUsd: null,
    gpuSeconds: null,
    cached: false,
    hasBodies: false,
    request: null,
    response: null,
    ...parts,
  };
}

/** Numbers that look thrown, the same for the same beginning. */
function dice(beginning: number): () => number {
  let state = beginning;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}
