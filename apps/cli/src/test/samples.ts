import type {
  Delivery,
  Deployment,
  Download,
  Endpoint,
  EndpointEvent,
  EndpointMoment,
  HardwarePreset,
  Job,
  Key,
  LaunchPreview,
  Model,
  ModelRoute,
  Profile,
  Provider,
  RequestRecord,
  Secret,
  Service,
  ServiceEvent,
  UsageRow,
} from "@berth/api";
import { jobTimes } from "@berth/api";

/** Now, for the samples. */
export const sampleNowMs = Date.UTC(2026, 10, 21, 12);

export function sampleService(change: Partial<Service> = {}): Service {
  return {
    id: "fed36739-70b4-4dc4-8017-a4277563aef9",
    name: "pilot",
    replicaOf: null,
    image: "text-generation",
    task: "text-generation",
    model: "berth/pilot",
    revision: "demo",
    modelPath: "/models/pilot.gguf",
    profile: "default",
    engine: "llama-cpp",
    runtime: "process",
    options: {},
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
    status: "HEALTHY",
    statusReason: null,
    logTail: null,
    port: 8080,
    hasApiKey: false,
    restarts: 0,
    retryAt: null,
    unreachableSince: null,
    contextTokens: 2048,
    parallel: 4,
    inFlight: 0,
    lastActivityAt: null,
    estimatedMemoryMiB: 40,
    memoryMiB: 38,
    job: null,
    transport: "direct",
    expectedReadyAt: null,
    successor: null,
    createdAt: sampleNowMs - 7 * 3_600_000,
    updatedAt: sampleNowMs - 60_000,
    healthyAt: sampleNowMs - 60_000,
    endedAt: null,
    ...change,
  };
}

export function sampleModel(change: Partial<Model> = {}): Model {
  return {
    id: "m1",
    repo: "TinyLlama/TinyLlama-1.1B-Chat-v1.0",
    revision: "fe8a4ea1ffedaf415f4da2f062534de366a451e6",
    refs: ["main"],
    profile: "default",
    location: "home",
    path: "/models/tiny",
    files: [{ path: "tiny.Q4_K_M.gguf", sizeBytes: 668_000_000, quantisation: "Q4_K_M" }],
    sizeBytes: 668_000_000,
    status: "ready",
    statusReason: null,
    image: "text-generation",
    facts: null,
    estimatedMemoryMiB: 900,
    modifiedAt: sampleNowMs,
    ...change,
  };
}

export function sampleProfile(change: Partial<Profile> = {}): Profile {
  return {
    id: "default",
    name: "default",
    default: true,
    status: "ready",
    statusReason: null,
    schema: "local",
    slurm: null,
    connection: null,
    home: "/home/me/.berth",
    cache: "/data/models",
    ...change,
  };
}

export function samplePreview(change: Partial<LaunchPreview> = {}): LaunchPreview {
  return {
    service: {},
    name: "pilot",
    model: "berth/pilot",
    revision: "demo",
    revisionReason: "the only one on this profile",
    engine: "llama-cpp",
    imageFile: null,
    argv: ["node", "runner.mjs", "--dir", "/launches/a b"],
    env: {},
    jobScript: null,
    expectedStartAt: null,
    files: [],
    memory: { neededMiB: 40, freeMiB: 8192, fits: true },
    warnings: [],
    steps: ["Found 49 models", "Found 1 revision", "Found model berth/pilot"],
    ...change,
  };
}

export function sampleDownload(change: Partial<Download> = {}): Download {
  return {
    id: "d1",
    repo: "owner/name",
    revision: "main",
    commit: "abc123",
    profile: "default",
    variant: "Q4_K_M",
    files: ["name.Q4_K_M.gguf"],
    status: "RUNNING",
    statusReason: null,
    bytesDone: 1_200_000_000,
    bytesTotal: 2_900_000_000,
    bytesPerSecond: 34_000_000,
    etaSeconds: 51,
    createdAt: sampleNowMs,
    updatedAt: sampleNowMs,
    modelId: null,
    ...change,
  };
}

export function sampleKey(change: Partial<Key> = {}): Key {
  return {
    id: "11112222-3333",
    name: "ci",
    prefix: "sk-berth-abcd",
    scopes: ["inference"],
    models: null,
    status: "active",
    limits: {},
    budgets: [],
    tags: [],
    owner: null,
    logBodies: false,
    createdAt: sampleNowMs - 86_400_000,
    expiresAt: null,
    lastUsedAt: null,
    ...change,
  };
}

export function sampleRequest(change: Partial<RequestRecord> = {}): RequestRecord {
  return {
    id: "req-1",
    startedAt: sampleNowMs - 60_000,
    keyId: sampleKey().id,
    model: "berth/pilot",
    route: null,
    operation: "chat.completions",
    serviceId: null,
    provider: "acme",
    upstreamModel: "pilot-large",
    status: 200,
    outcome: "ok",
    errorCode: null,
    stream: true,
    inputTokens: 1200,
    outputTokens: 80,
    cachedTokens: 1000,
    reasoningTokens: null,
    tokensFrom: "upstream",
    firstTokenMs: 210,
    durationMs: 1400,
    heldMs: 0,
    overheadMs: 0.12,
    tries: 1,
    costUsd: 0.0123,
    gpuSeconds: null,
    cached: false,
    hasBodies: false,
    ...change,
  };
}

export function sampleUsage(change: Partial<UsageRow> = {}): UsageRow {
  return {
    group: "berth/pilot",
    requests: 1500,
    errors: 3,
    inputTokens: 2_000_000,
    outputTokens: 500_000,
    cachedTokens: 1_000_000,
    reasoningTokens: 0,
    costUsd: 12.5,
    gpuSeconds: 0,
    firstTokenP50Ms: 210,
    firstTokenP99Ms: 1900,
    durationP50Ms: 2400,
    durationP99Ms: 9800,
    ...change,
  };
}

export function sampleEvent(change: Partial<ServiceEvent> = {}): ServiceEvent {
  return {
    id: 1,
    serviceId: sampleService().id,
    at: sampleNowMs,
    status: "HEALTHY",
    message: "ready",
    evidence: {},
    ...change,
  };
}

export function sampleProvider(change: Partial<Provider> = {}): Provider {
  return {
    id: "pv1",
    name: "gpu1",
    kind: "openai-compatible",
    url: "http://gpu1:8000/v1",
    models: [
      {
        name: "llama",
        upstreamName: "meta/llama",
        task: "text-generation",
        contextTokens: 8192,
        maxOutputTokens: null,
        from: "set",
        price: { inputPerMillion: 0.5, outputPerMillion: 1.5 },
        prompt: null,
        defaults: {},
      },
    ],
    discover: false,
    credential: { kind: "stored", setAt: sampleNowMs },
    auth: null,
    options: {},
    anyPath: false,
    maxParallel: null,
    connectSeconds: null,
    firstTokenSeconds: null,
    enabled: true,
    status: "up",
    statusReason: null,
    checkedAt: sampleNowMs,
    latenciesMs: [null, 12],
    createdAt: sampleNowMs,
    updatedAt: sampleNowMs,
    ...change,
  };
}

export function sampleRoute(change: Partial<ModelRoute> = {}): ModelRoute {
  return {
    name: "chat",
    match: "exact",
    strategy: "least-outstanding",
    targets: [
      { model: "pilot", weight: 1, group: 0, status: "ready", reason: null },
      { model: "gpu1/llama", weight: 2, group: 1, status: "unavailable", reason: "gpu1 is down" },
    ],
    retries: 1,
    firstTokenSeconds: null,
    cache: null,
    logBodies: false,
    createdAt: sampleNowMs,
    updatedAt: sampleNowMs,
    ...change,
  };
}

export function sampleEndpoint(change: Partial<Endpoint> = {}): Endpoint {
  return {
    id: "e1000000-0000-4000-8000-000000000001",
    owner: "me",
    name: "chat",
    fullName: "me/chat",
    description: null,
    visibility: "private",
    scaling: {
      min: 0,
      max: 3,
      scaledownPeriodSeconds: 900,
      targetPendingRequests: 100,
      queueDelaySeconds: null,
      concurrency: null,
      overflowSeconds: 120,
      rollout: "auto",
    },
    queue: {
      ttlSeconds: 86_400,
      executionTimeoutSeconds: 600,
      maxAttempts: 3,
      retriesFailures: false,
      retentionSeconds: 86_400,
      deadLetterSeconds: 1_209_600,
      limit: 1_000_000,
      limitPerKey: 100_000,
      limitBytes: 10_737_418_240,
      maxPriority: 0,
      boundsCallers: false,
      leaseSeconds: 30,
    },
    fallback: null,
    coldStart: "hold",
    configuration: {
      template: { model: "berth/pilot", image: "text-generation" },
      profiles: ["default"],
      hardware: null,
      secrets: [],
      hubSecret: null,
    },
    status: "HEALTHY",
    statusReason: null,
    hasChanges: false,
    currentDeployment: 1,
    nextDeployment: null,
    replicas: { wanted: 2, ready: 1, starting: 1, draining: 0 },
    inFlight: 3,
    waiting: 2,
    jobs: { queued: 5, ready: 5, running: 1 },
    expectedReadyAt: null,
    decision: "105 requests pending, 100 for each",
    paths: {
      predict: "/e/me/chat/predict",
      openai: "/e/me/chat/v1",
      health: "/e/me/chat/healthcheck",
    },
    createdAt: sampleNowMs - 7 * 3_600_000,
    updatedAt: sampleNowMs - 60_000,
    ...change,
  };
}

export function sampleDeployment(change: Partial<Deployment> = {}): Deployment {
  return {
    id: "d1",
    endpointId: sampleEndpoint().id,
    number: 2,
    status: "DEPLOYING",
    statusReason: null,
    isCurrent: false,
    configuration: sampleEndpoint().configuration,
    rollbackTo: null,
    creator: "admin",
    createdAt: sampleNowMs - 61_000,
    concludedAt: null,
    ...change,
  };
}

export function sampleMoment(change: Partial<EndpointMoment> = {}): EndpointMoment {
  return {
    at: sampleNowMs,
    ready: 0,
    starting: 0,
    wanted: 0,
    inFlight: 0,
    waiting: 0,
    arrivalsPerSecond: 0,
    reason: "nothing to do",
    ...change,
  };
}

export function sampleEndpointEvent(change: Partial<EndpointEvent> = {}): EndpointEvent {
  return {
    id: 1,
    endpointId: sampleEndpoint().id,
    at: sampleNowMs,
    kind: "scaling",
    message: "0 to 2 replicas: 105 requests pending, 100 for each",
    evidence: {},
    ...change,
  };
}

export function sampleJob(change: Partial<Job> = {}): Job {
  const job = {
    id: "0199aaaa-0000-7000-8000-000000000001",
    endpointId: sampleEndpoint().id,
    sequence: 7,
    status: "QUEUED" as const,
    priority: 0,
    path: "/predict",
    inputBytes: 20,
    createdAt: sampleNowMs - 120_000,
    availableAt: sampleNowMs - 120_000,
    startedAt: null,
    finishedAt: null,
    expiresAt: sampleNowMs + 3_600_000,
    attempts: 0,
    maxAttempts: 3,
    progress: null,
    error: null,
    isDeadLetter: false,
    result: null,
    keyId: null,
    idempotencyKey: null,
    workerId: null,
    webhookUrl: null,
    ...change,
  };
  return { ...job, ...jobTimes(job) };
}

/** A job that has left a result. */
export function sampleDoneJob(change: Partial<Job> = {}): Job {
  return sampleJob({
    status: "COMPLETED",
    attempts: 1,
    startedAt: sampleNowMs - 60_000,
    finishedAt: sampleNowMs - 58_500,
    result: { status: 200, contentType: "application/json", bytes: 15 },
    ...change,
  });
}

export function sampleDelivery(change: Partial<Delivery> = {}): Delivery {
  return {
    id: "w1",
    jobId: sampleJob().id,
    url: "https://example.org/hook",
    status: "failed",
    attempts: 3,
    lastAttemptAt: sampleNowMs - 60_000,
    nextAttemptAt: null,
    responseStatus: 503,
    error: "come back later",
    log: [],
    createdAt: sampleNowMs - 120_000,
    ...change,
  };
}

export function sampleSecret(change: Partial<Secret> = {}): Secret {
  return {
    name: "hf-token",
    owner: "me",
    provider: "huggingface",
    usedBy: ["me/chat"],
    createdAt: sampleNowMs,
    updatedAt: sampleNowMs,
    ...change,
  };
}

export function samplePreset(change: Partial<HardwarePreset> = {}): HardwarePreset {
  return {
    name: "gpu-1",
    profile: null,
    isBuiltIn: true,
    cpus: 8,
    memoryMiB: 65_536,
    gpus: 1,
    gpuType: null,
    ...change,
  };
}
