import type { Conversation, Download, ImagePull } from "@berth/api";
import type { KeyRow, LedgerEntry, ModelRouteRow, ProviderRow, ServiceRow } from "../store.ts";

/** Rows for tests: plausible in everything but what is given. */

export function serviceRow(
  service: Partial<ServiceRow["service"]> = {},
  row: Partial<Omit<ServiceRow, "service">> = {},
): ServiceRow {
  return {
    generation: 1,
    desired: "running",
    attempt: 0,
    handle: null,
    secret: "runner-secret",
    apiKeyHash: null,
    plan: "{}",
    failures: 0,
    renewal: null,
    ...row,
    service: {
      id: "abc123",
      name: "quiet-heron",
      replicaOf: null,
      image: "text-generation",
      task: "text-generation",
      model: "berth/pilot",
      revision: "demo",
      modelPath: "/models/pilot",
      profile: "here",
      engine: "llama-cpp",
      runtime: "process",
      options: { parallel: 4, extra: ["--flag", "ünï"] },
      command: null,
      handler: null,
      resources: null,
      container: null,
      mounts: [],
      env: {},
      renew: false,
      idleTimeoutSeconds: null,
      allowSharedPort: false,
      diagnosis: null,
      status: "SUBMITTED",
      statusReason: null,
      logTail: null,
      port: 8080,
      hasApiKey: false,
      restarts: 0,
      retryAt: null,
      unreachableSince: null,
      contextTokens: null,
      parallel: null,
      estimatedMemoryMiB: 100,
      createdAt: 1_700_000_000_000,
      updatedAt: 1_700_000_000_000,
      healthyAt: null,
      endedAt: null,
      ...service,
    },
  };
}

export function keyRow(row: Partial<KeyRow> = {}): KeyRow {
  return {
    id: "key1",
    name: "laptop",
    prefix: "sk-berth-abc",
    hash: "00ff",
    scopes: ["inference"],
    models: null,
    limits: {},
    tags: [],
    owner: null,
    logBodies: false,
    createdAt: 1,
    expiresAt: null,
    lastUsedAt: null,
    ...row,
  };
}

export function download(given: Partial<Download> = {}): Download {
  return {
    id: "d1",
    repo: "owner/model",
    revision: "main",
    commit: null,
    profile: "here",
    variant: "Q4_K_M",
    files: ["model.gguf"],
    status: "RUNNING",
    statusReason: null,
    bytesDone: 5,
    bytesTotal: 10,
    bytesPerSecond: 1.5,
    etaSeconds: 3,
    createdAt: 1,
    updatedAt: 2,
    modelId: null,
    ...given,
  };
}

export function imagePull(given: Partial<ImagePull> = {}): ImagePull {
  return {
    id: "p1",
    profile: "here",
    source: "owner/tool:1",
    status: "RUNNING",
    statusReason: null,
    logTail: ["one"],
    image: null,
    createdAt: 1,
    updatedAt: 2,
    ...given,
  };
}

export function conversation(given: Partial<Conversation> = {}): Conversation {
  return {
    id: "c1",
    title: "Tides",
    model: "pilot",
    systemPrompt: "Be brief.",
    parameters: { temperature: 0.5 },
    messages: [{ id: "m1", role: "user", content: "What is a tide?", createdAt: 1 }],
    createdAt: 1,
    updatedAt: 1,
    ...given,
  };
}

export function ledgerEntry(
  record: Partial<LedgerEntry["record"]> = {},
  bodies?: LedgerEntry["bodies"],
): LedgerEntry {
  return {
    record: {
      id: "req-1",
      startedAt: 1_700_000_000_000,
      keyId: "key1",
      model: "pilot",
      route: null,
      operation: "chat",
      serviceId: "abc123",
      provider: null,
      upstreamModel: "berth/pilot",
      status: 200,
      outcome: "ok",
      errorCode: null,
      stream: true,
      inputTokens: 10,
      outputTokens: 20,
      cachedTokens: 4,
      reasoningTokens: null,
      tokensFrom: "upstream",
      firstTokenMs: 12.5,
      durationMs: 500,
      heldMs: 0,
      overheadMs: 0.25,
      tries: 1,
      costUsd: null,
      gpuSeconds: 0.5,
      cached: false,
      ...record,
    },
    bodies,
  };
}

export function providerRow(row: Partial<ProviderRow> = {}): ProviderRow {
  return {
    id: "pv1",
    name: "lab",
    kind: "openai-compatible",
    url: "http://gpu1:8000/v1",
    models: [{ name: "llama", upstreamName: "meta/llama", contextTokens: 8192 }],
    discover: true,
    credential: { kind: "none" },
    auth: null,
    options: {},
    anyPath: false,
    maxParallel: null,
    connectSeconds: null,
    firstTokenSeconds: null,
    enabled: true,
    found: [{ name: "found", task: null, contextTokens: 4096, maxOutputTokens: null }],
    createdAt: 1,
    updatedAt: 1,
    ...row,
  };
}

export function modelRouteRow(row: Partial<ModelRouteRow> = {}): ModelRouteRow {
  return {
    name: "chat",
    match: "exact",
    strategy: "least-outstanding",
    targets: [{ model: "lab/llama", weight: 2, group: 0 }],
    retries: 1,
    firstTokenSeconds: null,
    cache: null,
    logBodies: false,
    createdAt: 1,
    updatedAt: 1,
    ...row,
  };
}
