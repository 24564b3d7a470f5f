import type { Provider, ProviderModel } from "@berth/api";

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** One provider in each state a person can meet. */
export function typicalProviders(now: number): Provider[] {
  return [
    provider(now, {
      id: "prov_01",
      name: "openai",
      kind: "openai",
      url: "https://api.openai.com/v1",
      credential: { kind: "env", name: "OPENAI_API_KEY", isSet: true },
      models: [
        providerModel({
          name: "gpt-4o-mini",
          contextTokens: 128_000,
          maxOutputTokens: 16_384,
          price: { inputPerMillion: 0.15, outputPerMillion: 0.6, cachedInputPerMillion: 0.075 },
        }),
        providerModel({
          name: "gpt-4o",
          contextTokens: 128_000,
          price: { inputPerMillion: 2.5, outputPerMillion: 10 },
        }),
        providerModel({ name: "text-embedding-3-small", task: "feature-extraction", contextTokens: 8191 }),
      ],
      latenciesMs: [212, 208, 231, 220, 265, 214, 209, 301, 224, 218, 206, 219],
    }),
    provider(now, {
      id: "prov_02",
      name: "gpu1",
      url: "http://gpu1.lab.example.edu:8000/v1",
      models: [
        providerModel({
          name: "meta-llama/Llama-3.1-70B-Instruct",
          contextTokens: 32_768,
          maxOutputTokens: 4096,
          from: "set",
          price: { inputPerMillion: 0, outputPerMillion: 0 },
        }),
        providerModel({ name: "Qwen/Qwen2.5-Coder-32B-Instruct", contextTokens: 32_768 }),
      ],
      status: "degraded",
      statusReason: "two of the last ten looks took more than 5 s",
      latenciesMs: [38, 41, 5200, 44, 40, 39, 6100, 52, 43, 41],
    }),
    provider(now, {
      id: "prov_03",
      name: "h2ogpt",
      kind: "gradio",
      url: "http://neighbour.example.edu:7860",
      credential: { kind: "stored", setAt: now - 12 * dayMs },
      auth: { kind: "basic", user: "ada" },
      models: [providerModel({ name: "h2oai/h2ogpt-4096-llama2-70b-chat", contextTokens: 4096 })],
      status: "down",
      statusReason: "connect ECONNREFUSED 10.1.4.7:7860: nothing listens there",
      latenciesMs: [140, 151, null, null, null],
    }),
    provider(now, {
      id: "prov_04",
      name: "workstation",
      kind: "ollama",
      url: "http://workstation:11434",
      enabled: false,
      status: "off",
      latenciesMs: [],
      checkedAt: null,
    }),
  ];
}

export function provider(now: number, parts: Partial<Provider>): Provider {
  return {
    id: "prov_00",
    name: "gpu1",
    kind: "openai-compatible",
    url: "http://gpu1:8000/v1",
    models: [],
    discover: true,
    credential: { kind: "none" },
    auth: null,
    options: {},
    anyPath: false,
    maxParallel: null,
    connectSeconds: null,
    firstTokenSeconds: null,
    enabled: true,
    status: "up",
    statusReason: null,
    checkedAt: now - 20_000,
    latenciesMs: [],
    createdAt: now - 20 * dayMs,
    updatedAt: now - dayMs,
    ...parts,
  };
}

export function providerModel(parts: Partial<ProviderModel>): ProviderModel {
  return {
    name: "model",
    upstreamName: parts.name ?? "model",
    task: "text-generation",
    contextTokens: null,
    maxOutputTokens: null,
    from: "server",
    price: null,
    prompt: null,
    defaults: {},
    ...parts,
  };
}
