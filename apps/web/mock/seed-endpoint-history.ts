import type { Endpoint, EndpointEvent, EndpointMoment } from "@berth/api";
import { many } from "./many.ts";

const secondMs = 1000;
const minuteMs = 60 * secondMs;

export function eventsOf(now: number, { id }: Endpoint): EndpointEvent[] {
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

export function failuresOf(now: number, { id }: Endpoint): EndpointEvent[] {
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

/** Four bursts, each a little higher, and what was done about them. */
export function busyHour(now: number): EndpointMoment[] {
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

export function quiet(at: number): EndpointMoment {
  const nothing = { ready: 0, starting: 0, wanted: 0, inFlight: 0, waiting: 0, arrivalsPerSecond: 0 };
  return { at, ...nothing, reason: "none: no request for 15 min" };
}

/** Asked for, started now and then, never ready. */
export function stuck(at: number, index: number): EndpointMoment {
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

export function steady(at: number): EndpointMoment {
  return {
    ...quiet(at),
    ready: 1,
    wanted: 1,
    inFlight: Math.floor(at / 15_000) % 3 === 0 ? 1 : 0,
    arrivalsPerSecond: 0.1,
    reason: "1 replica: never fewer than 1",
  };
}
