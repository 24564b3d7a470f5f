import type { Service } from "@berth/api";
import type { ServiceRow } from "@berth/store";

const plan = {
  program: { kind: "embedded", engine: "llama-cpp", config: {} },
  listen: { kind: "socket" },
  healthPath: "/health",
  startTimeoutMs: 60_000,
  contextTokens: 2048,
  parallel: 4,
  threads: 2,
  memoryMiB: 100,
  warnings: [],
  orderedModel: "berth/pilot",
};

/** A service just submitted, but for what is given. */
export function serviceRow(
  service: Partial<Service> = {},
  row: Partial<Omit<ServiceRow, "service">> = {},
): ServiceRow {
  return {
    generation: 1,
    desired: "running",
    attempt: 0,
    handle: null,
    secret: "runner-secret",
    apiKeyHash: null,
    plan: JSON.stringify(plan),
    failures: 0,
    ...row,
    service: {
      id: "abc123",
      name: "quiet-heron",
      image: "text-generation",
      task: "text-generation",
      model: "berth/pilot",
      revision: "r1",
      modelPath: "/models/pilot",
      profile: "here",
      engine: "llama-cpp",
      runtime: "process",
      options: {},
      command: null,
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
      createdAt: 0,
      updatedAt: 0,
      healthyAt: null,
      endedAt: null,
      ...service,
    },
  };
}
