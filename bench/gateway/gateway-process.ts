/** The gateway in a process of its own in front of two upstreams; authentication, limits, metrics and ledger are the server's. */
import { hash, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import {
  createGateway,
  LimitBook,
  takeFastPath,
  type NamedRoute,
  type Principal,
  type RoutingSnapshot,
} from "@berth/gateway";
import { boundMemory } from "@berth/server/bound-memory";
import { ledgerEntry } from "@berth/server/ledger-entry";
import { createMetrics } from "@berth/server/metrics";
import { systemClock } from "@berth/std/clock";
import { timeOrderedId } from "@berth/std/time-ordered-id";
import { openUsageStore } from "@berth/store/sqlite";
import { benchKey, models } from "./request.ts";

boundMemory();

const [wholeUrl, streamUrl, folder] = process.argv.slice(2);
if (wholeUrl === undefined || streamUrl === undefined || folder === undefined)
  throw new Error("usage: node bench/gateway/gateway-process.ts WHOLE_URL STREAM_URL FOLDER");

const route = (name: string, url: string): NamedRoute => ({
  policy: {
    route: undefined,
    strategy: "least-outstanding",
    retries: 1,
    firstTokenMs: null,
    cache: null,
    logBodies: false,
  },
  upstreams: [
    {
      upstream: {
        kind: "service",
        serviceId: `svc-${name}`,
        name,
        model: `berth/${name}`,
        task: "text-generation",
        state: { kind: "ready", address: { url }, secret: randomUUID() },
        apiKeyHash: undefined,
        contextTokens: 2048,
        createdAtMs: 0,
        anyPath: false,
        takesUploads: true,
        gpus: 0,
      },
      weight: 1,
      group: 0,
    },
  ],
});
const snapshot: RoutingSnapshot = {
  version: 1,
  routes: new Map([
    [models.whole, route(models.whole, wholeUrl)],
    [models.stream, route(models.stream, streamUrl)],
  ]),
  endpoints: new Map(),
  patterns: [],
  fallback: undefined,
  ports: new Map(),
  anyPath: undefined,
};
/** Every kind of limit is counted, and none is ever reached. */
const principal: Principal = {
  keyId: "bench",
  scopes: ["inference"],
  models: Object.values(models),
  limits: {
    requestsPerMinute: 1e9,
    tokensPerMinute: 1e12,
    parallel: 1e6,
    budgets: [{ period: "day", unit: "tokens", amount: 1e15 }],
  },
  logBodies: false,
};
const keyHash = hash("sha256", benchKey, "hex");

const keyLimits = new LimitBook();
keyLimits.setLimits(principal.keyId, principal.limits, systemClock.now());
const ledger = await openUsageStore({
  path: join(folder, "ledger.sqlite"),
  onLost: (requests, reason) => console.error(`${requests} requests are missing from the ledger: ${reason}`),
});
const metrics = createMetrics({
  servicesByStatus: () => new Map(),
  inFlight: () => gateway.inFlight,
  schedulerCalls: () => new Map(),
});
const gateway = createGateway({
  routes: { snapshot: () => snapshot, watch: () => () => undefined },
  keys: { verifyHash: (asked) => (asked === keyHash ? principal : undefined) },
  activator: { wake: () => undefined, suspect: () => undefined },
  keyLimits,
  usage: { record: (usage) => ledger.append([ledgerEntry(usage)]) },
  observe: (observation) => metrics.observe(observation),
  report: (error) => console.error(error),
  clock: systemClock,
  newId: () => `req-${timeOrderedId(Date.now())}`,
});

const server = createServer((request, response) => void gateway.handle(request, response, {}));
takeFastPath(server, {
  takes: () => true,
  handle: (request, response) => void gateway.handle(request, response, {}),
  keepAliveSeconds: 65,
});
server.listen(0, "127.0.0.1", () => {
  console.log((server.address() as AddressInfo).port);
});
