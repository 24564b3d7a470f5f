import {
  defaultQueueRules,
  defaultScaling,
  type Deployment,
  type Endpoint,
  type EndpointConfiguration,
  type EndpointEvent,
  type EndpointMoment,
  type Service,
} from "@berth/api";
import { many } from "./many.ts";
import { deploymentsOf } from "./seed-deployments.ts";
import { busyHour, eventsOf, failuresOf, quiet, steady, stuck } from "./seed-endpoint-history.ts";
import { service } from "./seed-services.ts";

/** Endpoints as a world begins with them, and what hangs on them. */
export interface EndpointSeed {
  readonly endpoints: readonly Endpoint[];
  readonly deployments: readonly Deployment[];
  readonly events: readonly EndpointEvent[];
  readonly moments: Readonly<Record<string, readonly EndpointMoment[]>>;
  readonly replicas: readonly Service[];
}

export const noEndpoints: EndpointSeed = {
  endpoints: [],
  deployments: [],
  events: [],
  moments: {},
  replicas: [],
};

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const dayMs = 24 * 60 * minuteMs;

const pilot: EndpointConfiguration = {
  template: { model: "berth/pilot", options: { parallel: 4, maxTotalTokens: 1024 } },
  profiles: ["local"],
  hardware: "cpu-sm",
  secrets: [],
  hubSecret: null,
};

/** An endpoint that is well; `given` says what is different about it. */
export function endpoint(
  now: number,
  given: Partial<Endpoint> & Pick<Endpoint, "id" | "owner" | "name">,
): Endpoint {
  const path = `/e/${given.owner}/${given.name}`;
  return {
    fullName: `${given.owner}/${given.name}`,
    description: null,
    visibility: "private",
    scaling: defaultScaling,
    queue: defaultQueueRules,
    fallback: null,
    coldStart: "hold",
    configuration: pilot,
    status: "HEALTHY",
    statusReason: null,
    hasChanges: false,
    currentDeployment: 1,
    nextDeployment: null,
    replicas: { wanted: 1, ready: 1, starting: 0, draining: 0 },
    inFlight: 0,
    waiting: 0,
    jobs: { queued: 0, ready: 0, running: 0 },
    expectedReadyAt: null,
    decision: null,
    paths: { predict: `${path}/predict`, openai: `${path}/v1`, health: `${path}/health` },
    createdAt: now - 6 * dayMs,
    updatedAt: now - 12 * minuteMs,
    ...given,
  };
}

/** One endpoint in each state a person can meet. */
export function typicalEndpoints(now: number): EndpointSeed {
  const summaries = endpoint(now, {
    id: "ep_5f20c1",
    owner: "ada",
    name: "summaries",
    description: "Sums up what the birds' team writes.",
    scaling: { ...defaultScaling, max: 4, targetPendingRequests: 8, queueDelaySeconds: 30 },
    configuration: {
      template: { model: "berth/pilot", options: { parallel: 8, maxTotalTokens: 1024 } },
      profiles: ["local", "scratch"],
      hardware: "cpu-md",
      secrets: [{ secret: "hub-token", env: "HF_TOKEN", as: "value" }],
      hubSecret: null,
    },
    hasChanges: true,
    currentDeployment: 3,
    replicas: { wanted: 3, ready: 2, starting: 1, draining: 0 },
    inFlight: 9,
    waiting: 12,
    jobs: { queued: 7, ready: 7, running: 2 },
    decision: "3 replicas: 21 requests are pending, 8 a replica are meant to be",
    fallback: "openai/gpt-4o-mini",
    updatedAt: now - 4 * minuteMs,
  });
  const asleep = endpoint(now, {
    id: "ep_77b3a0",
    owner: "ada",
    name: "embeddings",
    visibility: "internal",
    configuration: {
      ...pilot,
      template: { image: "embeddings", model: "nomic-ai/nomic-embed-text-v1.5-GGUF" },
    },
    status: "SCALED_DOWN",
    statusReason: "no request for 15 min; a call starts a replica, in about 6 s",
    replicas: { wanted: 0, ready: 0, starting: 0, draining: 0 },
    decision: "none: no request for 15 min",
    updatedAt: now - 3 * 60 * minuteMs,
  });
  const deploying = endpoint(now, {
    id: "ep_91dd04",
    owner: "birds",
    name: "transcripts",
    visibility: "public",
    scaling: { ...defaultScaling, min: 1, max: 2 },
    configuration: {
      ...pilot,
      template: {
        image: "command",
        model: "acme/transcripts",
        command: { argv: ["/opt/acme/bin/transcripts", "--listen", "{socket}"], healthPath: "/health" },
      },
      hardware: "gpu-1",
    },
    status: "DEPLOYING",
    statusReason: "its first replica is loading; deployment 1 answers until it is ready",
    currentDeployment: 1,
    nextDeployment: 2,
    replicas: { wanted: 1, ready: 1, starting: 1, draining: 0 },
    inFlight: 1,
    decision: "1 replica: never fewer than 1",
    updatedAt: now - 40 * secondMs,
  });
  const created = endpoint(now, {
    id: "ep_a4e918",
    owner: "ada",
    name: "classifier",
    status: "CREATED",
    currentDeployment: null,
    replicas: { wanted: 0, ready: 0, starting: 0, draining: 0 },
    createdAt: now - 7 * minuteMs,
    updatedAt: now - 7 * minuteMs,
  });
  const workers = endpoint(now, {
    id: "ep_b06c55",
    owner: "ada",
    name: "nightly-evaluation",
    configuration: { ...pilot, template: null, hardware: null },
    replicas: { wanted: 0, ready: 0, starting: 0, draining: 0 },
    jobs: { queued: 2, ready: 2, running: 1 },
    updatedAt: now - 2 * dayMs,
  });
  const failing = endpoint(now, {
    id: "ep_c81f3e",
    owner: "birds",
    name: "segmenter",
    configuration: {
      ...pilot,
      template: { model: "bartowski/Mistral-Nemo-Instruct-2407-GGUF", options: { maxTotalTokens: 131_072 } },
    },
    status: "UNHEALTHY",
    statusReason:
      "3 starts failed in a row: not enough memory for the context, 11.2 GiB needed, 7.4 GiB free; tried again in 2 min",
    replicas: { wanted: 1, ready: 0, starting: 0, draining: 0 },
    waiting: 4,
    decision: "1 replica is asked for, none is started: 3 starts failed, the next try is in 2 min",
    updatedAt: now - 3 * minuteMs,
  });
  const paused = endpoint(now, {
    id: "ep_d2709b",
    owner: "ada",
    name: "demo",
    status: "PAUSED",
    statusReason: "paused by admin: calls are refused, jobs wait",
    replicas: { wanted: 0, ready: 0, starting: 0, draining: 0 },
    jobs: { queued: 1, ready: 1, running: 0 },
    updatedAt: now - dayMs,
  });
  const failed = endpoint(now, {
    id: "ep_e93a76",
    owner: "ada",
    name: "first-try",
    status: "FAILED",
    statusReason: "deployment 1 failed: the command ended with exit code 127, my-server was not found",
    configuration: {
      ...pilot,
      template: { image: "command", command: { argv: ["my-server", "--port", "{port}"] } },
    },
    currentDeployment: null,
    replicas: { wanted: 0, ready: 0, starting: 0, draining: 0 },
    updatedAt: now - 5 * 60 * minuteMs,
  });
  return {
    endpoints: [summaries, asleep, deploying, created, workers, failing, paused, failed],
    deployments: deploymentsOf(now, summaries, deploying, failed, [asleep, workers, failing, paused]),
    events: [...eventsOf(now, summaries), ...failuresOf(now, failing)],
    moments: {
      [summaries.id]: busyHour(now),
      [asleep.id]: many(240, (index) => quiet(now - (240 - index) * 15 * secondMs)),
      [deploying.id]: many(240, (index) => steady(now - (240 - index) * 15 * secondMs)),
      [failing.id]: many(240, (index) => stuck(now - (240 - index) * 15 * secondMs, index)),
    },
    replicas: replicasOf(now, summaries, deploying),
  };
}

function replicasOf(now: number, summaries: Endpoint, deploying: Endpoint): Service[] {
  const of = (endpointId: string, number: number) => ({ endpointId, deployment: number });
  const small = { model: "berth/pilot", revision: "demo", memoryMiB: 96, contextTokens: 1024 };
  return [
    service(now, {
      id: "3c7700a1",
      name: "summaries-3-a",
      ...small,
      inFlight: 5,
      replicaOf: of(summaries.id, 3),
      healthyAt: now - 51 * minuteMs,
    }),
    service(now, {
      id: "3c7700a2",
      name: "summaries-3-d",
      ...small,
      inFlight: 4,
      replicaOf: of(summaries.id, 3),
      healthyAt: now - 38 * minuteMs,
    }),
    service(now, {
      id: "3c7700a3",
      name: "summaries-3-e",
      ...small,
      profile: "scratch",
      status: "STARTING",
      statusReason: "loading 62 %",
      memoryMiB: null,
      replicaOf: of(summaries.id, 3),
    }),
    service(now, {
      id: "5520ff01",
      name: "transcripts-1-a",
      engine: "command",
      model: "acme/transcripts",
      inFlight: 1,
      replicaOf: of(deploying.id, 1),
    }),
    service(now, {
      id: "5520ff02",
      name: "transcripts-2-a",
      engine: "command",
      model: "acme/transcripts",
      status: "STARTING",
      statusReason: "loading 20 %",
      memoryMiB: null,
      replicaOf: of(deploying.id, 2),
    }),
  ];
}
