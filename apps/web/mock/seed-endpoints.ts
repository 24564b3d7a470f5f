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
};

/** An endpoint that is well; `given` says what is different about it. */
export function endpoint(
  now: number,
  given: Partial<Endpoint> & Pick<Endpoint, "id" | "owner" | "name">,
): Endpoint {
  const path = `/endpoints/${given.owner}/${given.name}`;
  return {
    fullName: `${given.owner}/${given.name}`,
    description: null,
    visibility: "private",
    scaling: defaultScaling,
    queue: defaultQueueRules,
    fallback: null,
    configuration: pilot,
    status: "HEALTHY",
    statusReason: null,
    hasChanges: false,
    currentDeployment: 1,
    nextDeployment: null,
    replicas: { wanted: 1, ready: 1, starting: 0, draining: 0 },
    inFlight: 0,
    waiting: 0,
    jobs: { queued: 0, running: 0 },
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
    },
    hasChanges: true,
    currentDeployment: 3,
    replicas: { wanted: 3, ready: 2, starting: 1, draining: 0 },
    inFlight: 9,
    waiting: 12,
    jobs: { queued: 7, running: 2 },
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
    jobs: { queued: 2, running: 1 },
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
    jobs: { queued: 1, running: 0 },
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

function deploymentsOf(
  now: number,
  summaries: Endpoint,
  deploying: Endpoint,
  failed: Endpoint,
  others: readonly Endpoint[],
): Deployment[] {
  const parallel4 = {
    ...summaries.configuration,
    template: { model: "berth/pilot", options: { parallel: 4, maxTotalTokens: 1024 } },
    secrets: [],
  };
  const first = { ...parallel4, hardware: "cpu-sm", profiles: ["local"] };
  return [
    deployment(summaries, 4, now - 3 * 60 * minuteMs, {
      status: "FAILED",
      statusReason:
        "rolled back by itself: the first replica ended with exit code 1, parallel 64 needs 9.1 GiB",
      configuration: {
        ...parallel4,
        template: { model: "berth/pilot", options: { parallel: 64, maxTotalTokens: 1024 } },
      },
      concludedAt: now - 3 * 60 * minuteMs + 48 * secondMs,
    }),
    deployment(summaries, 3, now - 26 * 60 * minuteMs, { isCurrent: true, configuration: parallel4 }),
    deployment(summaries, 2, now - 3 * dayMs, {
      configuration: { ...first, hardware: "cpu-lg" },
      status: "CANCELLED",
      statusReason: "deployment 3 was ordered meanwhile",
    }),
    deployment(summaries, 1, now - 6 * dayMs, { configuration: first }),
    deployment(deploying, 2, now - 40 * secondMs, { status: "DEPLOYING", concludedAt: null }),
    deployment(deploying, 1, now - 2 * dayMs, {
      isCurrent: true,
      creator: null,
      configuration: { ...deploying.configuration, hardware: "cpu-lg" },
    }),
    deployment(failed, 1, now - 5 * 60 * minuteMs, {
      status: "FAILED",
      statusReason: "the command ended with exit code 127, my-server was not found",
    }),
    ...others.map((one) => deployment(one, 1, one.createdAt + minuteMs, { isCurrent: true })),
  ];
}

/** One deployment that went well; `given` says what is different about it. */
export function deployment(
  { id, configuration }: Endpoint,
  number: number,
  createdAt: number,
  given: Partial<Deployment> = {},
): Deployment {
  return {
    id: `dep_${id.slice(3)}_${number}`,
    endpointId: id,
    number,
    status: "COMPLETED",
    statusReason: null,
    isCurrent: false,
    configuration,
    rollbackTo: null,
    creator: "admin",
    createdAt,
    concludedAt: createdAt + 21 * secondMs,
    ...given,
  };
}

function eventsOf(now: number, { id }: Endpoint): EndpointEvent[] {
  const told: readonly (readonly [number, EndpointEvent["kind"], string, Record<string, unknown>?])[] = [
    [6 * 24 * 60, "order", "Created by admin"],
    [6 * 24 * 60 - 1, "deployment", "Deployment 1 is what answers"],
    [26 * 60, "deployment", "Deployment 3 is what answers", { tookSeconds: 21 }],
    [180, "deployment", "Deployment 4 failed; deployment 3 goes on", { exitCode: 1 }],
    [52, "scaling", "0 → 1: a request is held", { waiting: 1 }],
    [51, "replica", "summaries-3-a is ready after 5.8 s"],
    [40, "scaling", "1 → 4: 31 requests are pending, 8 a replica are meant to be", { pending: 31 }],
    [
      39,
      "replica",
      "summaries-3-b ended with exit code 137 while it started: killed for want of memory",
      { exitCode: 137 },
    ],
    [24, "scaling", "4 → 2: 2 would have been enough for 15 min", { pending: 9, arrivalsPerSecond: 1.2 }],
    [3, "scaling", "2 → 3: 21 requests are pending, 8 a replica are meant to be", { pending: 21 }],
    [4, "order", "Changed by admin: options.parallel, profiles, secrets"],
  ];
  return told
    .map(([minutesAgo, kind, message, evidence = {}], index) => ({
      id: index + 1,
      endpointId: id,
      at: now - minutesAgo * minuteMs,
      kind,
      message,
      evidence,
    }))
    .toSorted((a, b) => a.at - b.at);
}

function failuresOf(now: number, { id }: Endpoint): EndpointEvent[] {
  return [14, 10, 3].map((minutesAgo, index) => ({
    id: 100 + index,
    endpointId: id,
    at: now - minutesAgo * minuteMs,
    kind: "replica",
    message: `segmenter-1-${"abc".charAt(index)} ended with exit code 1 while it started`,
    evidence: {
      exitCode: 1,
      log: [
        "llama_kv_cache_init: CPU KV buffer size = 20480.00 MiB",
        "llama_init_from_model: failed to allocate buffer for kv cache",
      ],
    },
  }));
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

/** Four bursts, each a little higher, and what was done about them. */
function busyHour(now: number): EndpointMoment[] {
  const step = 15 * secondMs;
  return many(240, (index) => {
    const minutesAgo = ((240 - index) * step) / minuteMs;
    const wave = Math.max(0, Math.sin(index / 19)) * (12 + index / 9);
    const busy = minutesAgo < 53;
    const load = !busy ? 0 : minutesAgo < 3.5 ? 18 + (index % 4) : Math.round(wave + 1 + (index % 3));
    const wanted = !busy ? 0 : minutesAgo > 40 ? 1 : minutesAgo > 24 ? 4 : minutesAgo > 3 ? 2 : 3;
    const ready = !busy ? 0 : minutesAgo > 52 ? 0 : Math.min(wanted, minutesAgo > 39 ? 1 : wanted);
    const known = minutesAgo < 3 ? 2 : ready;
    const inFlight = Math.min(load, known * 8);
    return {
      at: now - (240 - index) * step,
      ready: known,
      starting: wanted - known,
      wanted,
      inFlight,
      waiting: load - inFlight,
      arrivalsPerSecond: Math.round(load * 1.4) / 10,
      reason: reasonOf(wanted, load),
    };
  });
}

function reasonOf(wanted: number, pending: number): string {
  if (wanted === 0) return "none: no request for 15 min";
  return pending > 8
    ? `${wanted} replicas: ${pending} requests are pending, 8 a replica are meant to be`
    : `${wanted} stay: fewer have not been enough for 15 min`;
}

function quiet(at: number): EndpointMoment {
  const nothing = { ready: 0, starting: 0, wanted: 0, inFlight: 0, waiting: 0, arrivalsPerSecond: 0 };
  return { at, ...nothing, reason: "none: no request for 15 min" };
}

/** Asked for, started now and then, never ready. */
function stuck(at: number, index: number): EndpointMoment {
  const starting = index % 40 < 4 ? 1 : 0;
  return {
    ...quiet(at),
    wanted: 1,
    starting,
    waiting: 1 + Math.floor(index / 70),
    arrivalsPerSecond: 0.01,
    reason: "1 replica is asked for, none is started: 3 starts failed, the next try is in 2 min",
  };
}

function steady(at: number): EndpointMoment {
  return {
    ...quiet(at),
    ready: 1,
    wanted: 1,
    inFlight: Math.floor(at / 15_000) % 3 === 0 ? 1 : 0,
    arrivalsPerSecond: 0.1,
    reason: "1 replica: never fewer than 1",
  };
}
