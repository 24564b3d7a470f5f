import type { Service, ServiceEvent, SlurmJob } from "@berth/api";
import { many } from "./many.ts";

const minuteMs = 60_000;

/** One service in each state a person can meet. */
export function typicalServices(now: number): Service[] {
  const pilot = service(now, {
    id: "11c04b9e",
    name: "pilot",
    model: "berth/pilot",
    revision: "demo",
    status: "HEALTHY",
    port: 8080,
    inFlight: 2,
    memoryMiB: 96,
    estimatedMemoryMiB: 90,
    contextTokens: 1024,
    healthyAt: now - 41 * minuteMs,
  });
  const starting = service(now, {
    id: "70e59004",
    name: "plain-gull",
    status: "STARTING",
    statusReason: "loading 62 %",
    options: { parallel: 4, lora: [{ path: "/data/adapters/sea-stories.gguf", scale: 0.5 }] },
    port: 8083,
    updatedAt: now - 9000,
  });
  const pending = service(now, {
    id: "97ffde37",
    name: "bold-tern",
    model: "Qwen/Qwen2.5-7B-Instruct-GGUF",
    revision: "bb5d59e06d9551d752d08b292a50eb208b07ab1f",
    status: "PENDING",
    statusReason: "waiting for the restart back-off: third try in 40 s",
    restarts: 2,
    retryAt: now + 40_000,
    port: 8082,
  });
  const failed = service(now, {
    id: "5b1de230",
    name: "warm-skua",
    model: "bartowski/Mistral-Nemo-Instruct-2407-GGUF",
    revision: "e00c9c13ee2f1ce9ddd9a3ba8d4a1eea4d1b1b70",
    status: "FAILED",
    statusReason:
      "The engine ended with exit code 1: not enough memory for the context. Needs 11.2 GiB, 7.4 GiB were free. Launch with a smaller context (--max-total-tokens 8192) or a smaller quantisation (Q3_K_M).",
    logTail: [
      "llama_model_load: loaded meta data with 41 key-value pairs and 363 tensors",
      "llama_kv_cache_init: CPU KV buffer size = 20480.00 MiB",
      "ggml_backend_cpu_buffer_type_alloc_buffer: failed to allocate buffer of size 21474836480",
      "llama_init_from_model: failed to initialize the context: failed to allocate buffer for kv cache",
    ],
    port: null,
    restarts: 3,
    endedAt: now - 12 * minuteMs,
    updatedAt: now - 12 * minuteMs,
  });
  const unhealthy = service(now, {
    id: "c3a91f77",
    name: "reader",
    image: "command",
    engine: "command",
    task: "text-generation",
    model: "acme/summary-server",
    revision: null,
    modelPath: null,
    status: "UNHEALTHY",
    statusReason: "GET /health answered 503 four times: model is reloading",
    command: {
      argv: ["/opt/acme/bin/summary-server", "--listen", "{socket}", "--title", 'a b\'s "quoted" title'],
      healthPath: "/health",
    },
    port: 8085,
    inFlight: 1,
    memoryMiB: 2210,
  });
  const stopped = service(now, {
    id: "e2d80c15",
    name: "nomic",
    image: "embeddings",
    task: "feature-extraction",
    model: "nomic-ai/nomic-embed-text-v1.5-GGUF",
    revision: "18d1044f4866e224697ff06f7f2a2a6b6a2c8b7f",
    status: "STOPPED",
    statusReason: "stopped by a person",
    port: 8084,
    endedAt: now - 90 * minuteMs,
    updatedAt: now - 90 * minuteMs,
  });
  return [pilot, starting, pending, failed, unhealthy, stopped];
}

/** A healthy-looking llama-cpp service; `given` says what is different about it. */
export function service(now: number, given: Partial<Service> & { id: string; name: string }): Service {
  return {
    replicaOf: null,
    image: "text-generation",
    task: "text-generation",
    model: "Qwen/Qwen2.5-1.5B-Instruct-GGUF",
    revision: "91cad51170dc346986eccefdc2dd33a9da36ead9",
    modelPath: "/home/ada/.berth/models/models--Qwen--Qwen2.5-1.5B-Instruct-GGUF",
    profile: "local",
    engine: "llama-cpp",
    runtime: "process",
    options: { parallel: 4 },
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
    port: null,
    hasApiKey: false,
    restarts: 0,
    retryAt: null,
    unreachableSince: null,
    contextTokens: 8192,
    parallel: 4,
    inFlight: 0,
    lastActivityAt: now - 30_000,
    estimatedMemoryMiB: 1700,
    memoryMiB: null,
    job: null,
    transport: null,
    expectedReadyAt: null,
    successor: null,
    createdAt: now - 42 * minuteMs,
    updatedAt: now - 2 * minuteMs,
    healthyAt: null,
    endedAt: null,
    ...given,
  };
}

export function history(of: Service, now: number): ServiceEvent[] {
  const born = of.createdAt;
  const lines: Omit<ServiceEvent, "id" | "serviceId">[] =
    of.job === null
      ? [
          { at: born, status: "SUBMITTED", message: "Submitted from the console", evidence: {} },
          { at: born + 60, status: "PENDING", message: "Runner started", evidence: { pid: 51_002 } },
          { at: born + 340, status: "STARTING", message: "Loading the model", evidence: { threads: 6 } },
        ]
      : jobHistory(of, of.job);
  if (of.healthyAt !== null)
    lines.push({
      at: of.healthyAt,
      status: "HEALTHY",
      message: "Ready",
      evidence: { loadSeconds: 0.8, contextTokens: of.contextTokens, parallel: of.parallel },
    });
  if (of.status === "FAILED")
    lines.push({
      at: of.endedAt ?? now,
      status: "FAILED",
      message: "The engine ended four times within 10 minutes; Berth has stopped trying",
      evidence: { exitCode: 1, signal: null, logTail: of.logTail },
    });
  if (of.status === "UNHEALTHY")
    lines.push({
      at: of.updatedAt,
      status: "UNHEALTHY",
      message: of.statusReason ?? "",
      evidence: { status: 503, url: "/health" },
    });
  if (of.status === "STOPPED")
    lines.push({ at: of.endedAt ?? now, status: "STOPPED", message: "Stopped by a person", evidence: {} });
  return lines.map((line, index) => ({
    id: Number.parseInt(of.id.slice(0, 6), 16) * 10 + index,
    serviceId: of.id,
    ...line,
  }));
}

function jobHistory(of: Service, job: SlurmJob): Omit<ServiceEvent, "id" | "serviceId">[] {
  const submittedAt = job.submittedAt ?? of.createdAt;
  const submitted = [
    { at: submittedAt, status: "SUBMITTED" as const, message: "Submitted from the console", evidence: {} },
    {
      at: submittedAt + 900,
      status: "PENDING" as const,
      message: job.reason ?? "waiting for resources (Resources)",
      evidence: { job: job.id, partition: job.partition },
    },
  ];
  return job.startedAt === null
    ? submitted
    : [
        ...submitted,
        {
          at: job.startedAt,
          status: "STARTING" as const,
          message: `Running on ${job.node ?? "a node"}`,
          evidence: { transport: of.transport },
        },
      ];
}

export function engineLog(of: Service, now: number): string[] {
  const stamp = (offset: number): string => new Date(now - 60 * minuteMs + offset * 731).toISOString();
  const opening = [
    `${stamp(0)} info  loading ${of.modelPath ?? of.model ?? "the command"}`,
    `${stamp(1)} info  llama_model_loader: loaded meta data with 34 key-value pairs and 339 tensors`,
    `${stamp(2)} info  print_info: file type = Q4_K - Medium, model params = 1.78 B`,
    `${stamp(3)} info  context ${of.contextTokens ?? 0} tokens over ${of.parallel ?? 1} sequences, 6 threads`,
    `${stamp(4)} info  ${"a very long line that says much more than fits ".repeat(6)}end`,
  ];
  const traffic = many(
    300,
    (index) =>
      `${stamp(index + 8)} ${index % 57 === 56 ? "warn  slow client: 2.4 s to drain" : "info  chat"} request=req_${(7919 * (index + 3)).toString(36)} prompt=${40 + (index % 7)} reused=${32 + (index % 7)} tokens=${20 + ((index * 13) % 400)} ${(90 + ((index * 7) % 30)).toFixed(1)} tok/s`,
  );
  return of.status === "FAILED" ? [...opening, ...(of.logTail ?? [])] : [...opening, ...traffic];
}

const statuses = ["HEALTHY", "STARTING", "PENDING", "UNHEALTHY", "STOPPED", "FAILED"] as const;
const birds = ["heron", "tern", "gull", "skua", "petrel", "auk", "kittiwake", "shearwater"] as const;

export function crowdService(index: number, now: number): Service {
  const status = statuses[index % statuses.length] ?? "HEALTHY";
  return service(now, {
    id: (0x1000_0000 + index * 7919).toString(16),
    name: `${birds[index % birds.length]}-${index}`,
    status,
    statusReason: status === "STARTING" ? `loading ${index % 100} %` : null,
    port: 9000 + (index % 900),
    inFlight: index % 13,
    updatedAt: now - index * 1000,
  });
}
