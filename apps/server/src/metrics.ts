import type { Observation } from "@berth/gateway";
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import { genAiMetrics } from "./telemetry/gen-ai-metrics.ts";

/** What `/metrics` tells, in Prometheus' text form. */
export interface Metrics {
  observe(observation: Observation): void;
  /** So many requests are missing from the ledger. */
  lose(requests: number): void;
  text(): Promise<string>;
  readonly contentType: string;
}

export interface Gauges {
  servicesByStatus(): ReadonlyMap<string, number>;
  inFlight(): number;
  /** Calls to each cluster's scheduler since the start, by the login node they went through. */
  schedulerCalls(): ReadonlyMap<string, number>;
}

const latencyBuckets = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300,
];

export function createMetrics(gauges: Gauges): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: "berth_" });
  const requests = new Counter({
    name: "berth_requests_total",
    help: "Inference requests that have ended",
    labelNames: ["model", "provider", "route", "operation", "status", "outcome"],
    registers,
  });
  const duration = new Histogram({
    name: "berth_request_duration_seconds",
    help: "From the request's arrival to the answer's end",
    labelNames: ["model", "provider", "operation"],
    buckets: latencyBuckets,
    registers,
  });
  const firstByte = new Histogram({
    name: "berth_time_to_first_byte_seconds",
    help: "From the request's arrival to the first byte of the answer's body",
    labelNames: ["model", "provider", "operation"],
    buckets: latencyBuckets,
    registers,
  });
  const tokens = new Counter({
    name: "berth_tokens_total",
    help: "Tokens as whoever answered counted them; cached ones are part of the prompt, reasoning of the completion",
    labelNames: ["model", "provider", "route", "kind"],
    registers,
  });
  const cost = new Counter({
    name: "berth_cost_usd_total",
    help: "US dollars, by the price of whoever answered",
    labelNames: ["model", "provider", "route"],
    registers,
  });
  const refused = new Counter({
    name: "berth_limit_refusals_total",
    help: "Requests that the limits or budgets of their keys refused",
    labelNames: ["code"],
    registers,
  });
  const held = new Histogram({
    name: "berth_held_seconds",
    help: "How long requests waited for a service to start",
    labelNames: ["model"],
    buckets: latencyBuckets,
    registers,
  });
  const retries = new Counter({
    name: "berth_retries_total",
    help: "Requests that were sent to a second upstream",
    labelNames: ["model"],
    registers,
  });
  new Gauge({
    name: "berth_services",
    help: "Services by status",
    labelNames: ["status"],
    registers,
    collect() {
      this.reset();
      for (const [status, count] of gauges.servicesByStatus()) this.set({ status }, count);
    },
  });
  new Gauge({
    name: "berth_requests_in_flight",
    help: "Inference requests being answered or held",
    registers,
    collect() {
      this.set(gauges.inFlight());
    },
  });
  new Counter({
    name: "berth_scheduler_calls_total",
    help: "Commands that asked a cluster's scheduler or its accounting",
    labelNames: ["host"],
    registers,
    collect() {
      this.reset();
      for (const [host, calls] of gauges.schedulerCalls()) this.inc({ host }, calls);
    },
  });
  const lost = new Counter({
    name: "berth_ledger_lost_total",
    help: "Requests that the ledger could not take",
    registers,
  });
  const observeGenAi = genAiMetrics(registry);
  return {
    lose: (requests) => lost.inc(requests),
    contentType: registry.contentType,
    text: () => registry.metrics(),
    observe: (observation) => {
      const { operation, status, outcome, errorCode, costUsd } = observation;
      const model = observation.model ?? "";
      const provider = observation.provider ?? "";
      const route = observation.route ?? "";
      requests.inc({ model, provider, route, operation, status: String(status), outcome });
      duration.observe({ model, provider, operation }, observation.durationMs / 1000);
      if (observation.heldMs > 0) held.observe({ model }, observation.heldMs / 1000);
      if (observation.retried) retries.inc({ model });
      if (observation.firstByteMs !== undefined)
        firstByte.observe({ model, provider, operation }, observation.firstByteMs / 1000);
      const { inputTokens, outputTokens, cachedTokens, reasoningTokens } = observation.tokens;
      for (const [kind, count] of [
        ["prompt", inputTokens],
        ["completion", outputTokens],
        ["cached", cachedTokens],
        ["reasoning", reasoningTokens],
      ] as const)
        if (count !== undefined) tokens.inc({ model, provider, route, kind }, count);
      if (costUsd !== undefined) cost.inc({ model, provider, route }, costUsd);
      if (isOwnRefusal(observation)) refused.inc({ code: errorCode ?? "" });
      observeGenAi(observation);
    },
  };
}

/** Before anybody was asked: whoever answers has limits too, and tells of them by the same code. */
function isOwnRefusal({ errorCode, model }: Observation): boolean {
  return errorCode === "budget_exceeded" || (errorCode === "rate_limited" && model === undefined);
}
