/** The gateway in a process of its own, with authentication, metrics and usage on, in front of one upstream. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  createGateway,
  unbounded,
  type Observation,
  type RoutingSnapshot,
  type ServiceUpstream,
  type Usage,
} from "@berth/gateway";
import { systemClock } from "@berth/std/clock";
import { hash, randomUUID } from "node:crypto";
import { benchKey, benchModel } from "./gateway-request.ts";

const [url] = process.argv.slice(2);
if (url === undefined) throw new Error("usage: node bench/gateway-process.ts UPSTREAM_URL");

const upstream: ServiceUpstream = {
  kind: "service",
  serviceId: "svc-bench",
  name: benchModel,
  model: `berth/${benchModel}`,
  task: "text-generation",
  state: { kind: "ready", address: { url }, secret: randomUUID() },
  apiKeyHash: undefined,
  contextTokens: 2048,
  createdAtMs: 0,
  anyPath: false,
  takesUploads: true,
  gpus: 0,
};
const snapshot: RoutingSnapshot = {
  version: 1,
  routes: new Map([
    [
      benchModel,
      {
        policy: {
          route: undefined,
          strategy: "least-outstanding",
          retries: 1,
          firstTokenMs: null,
          cache: null,
          logBodies: false,
        },
        upstreams: [{ upstream, weight: 1, group: 0 }],
      },
    ],
  ]),
  patterns: [],
  fallback: undefined,
  ports: new Map(),
  anyPath: undefined,
};
const principals = new Map([
  [
    hash("sha256", benchKey, "hex"),
    { keyId: "bench", scopes: ["inference"], models: [benchModel], ...unbounded } as const,
  ],
]);

// what a Prometheus registry does for a counter and two histograms
const bucketsMs = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];
const counters = new Map<string, number>();
const histogram = new Float64Array((bucketsMs.length + 1) * 2);
let usages: Usage[] = [];

function observe(one: Observation): void {
  const name = `${one.operation} ${one.service} ${one.status} ${one.outcome}`;
  counters.set(name, (counters.get(name) ?? 0) + 1);
  for (const [row, ms] of [one.durationMs, one.firstByteMs ?? 0].entries()) {
    const bucket = bucketsMs.findIndex((limit) => ms <= limit);
    const at = row * (bucketsMs.length + 1) + (bucket === -1 ? bucketsMs.length : bucket);
    histogram[at] = (histogram[at] ?? 0) + 1;
  }
}

const gateway = createGateway({
  routes: { snapshot: () => snapshot, watch: () => () => undefined },
  keys: { verifyHash: (keyHash) => principals.get(keyHash) },
  activator: { wake: () => undefined },
  usage: {
    record(usage) {
      usages.push(usage);
      if (usages.length >= 1_000) usages = [];
    },
  },
  observe,
  report: (error) => console.error(error),
  clock: systemClock,
  newId: randomUUID,
});

const server = createServer((request, response) => void gateway.handle(request, response, {}));
server.listen(0, "127.0.0.1", () => {
  console.log((server.address() as AddressInfo).port);
});
