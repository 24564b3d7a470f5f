import type { Observation } from "@berth/gateway";
import { collectDefaultMetrics, Counter, Gauge, Registry } from "prom-client";
import { addGenAiMetrics } from "./telemetry/gen-ai-metrics.ts";
import { addRequestMetrics } from "./telemetry/request-metrics.ts";
import { RequestTally } from "./telemetry/request-series.ts";

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

export function createMetrics(gauges: Gauges): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: "berth_" });
  const tally = new RequestTally();
  addRequestMetrics(registry, tally);
  addGenAiMetrics(registry, tally);
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
  return {
    lose: (requests) => lost.inc(requests),
    contentType: registry.contentType,
    text: () => registry.metrics(),
    observe: (observation) => tally.observe(observation),
  };
}
