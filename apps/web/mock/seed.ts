import type {
  ContainerImage,
  Download,
  HardwarePreset,
  Key,
  Model,
  ModelRoute,
  Profile,
  Provider,
  RequestDetails,
  Secret,
  Service,
  ServiceEvent,
  StaleListing,
  System,
} from "@berth/api";
import { clusterImages } from "./images.ts";
import { many } from "./many.ts";
import { clusterModels, crowdModel, typicalDownloads, typicalModels } from "./seed-models.ts";
import { clusterServices } from "./seed-cluster-services.ts";
import { clusterProfiles } from "./seed-clusters.ts";
import { noEndpoints, typicalEndpoints, type EndpointSeed } from "./seed-endpoints.ts";
import { typicalJobs, type MockJob } from "./seed-jobs.ts";
import { typicalPresets, typicalSecrets } from "./seed-secrets.ts";
import { typicalProviders } from "./seed-providers.ts";
import { typicalRequests } from "./seed-requests.ts";
import { typicalRoutes } from "./seed-routes.ts";
import { crowdService, engineLog, history, typicalServices } from "./seed-services.ts";

/** What a mock world holds at its start. Made-up facts, shaped like real ones. */
export interface Seed {
  readonly services: readonly Service[];
  readonly events: readonly ServiceEvent[];
  readonly logs: Readonly<Record<string, readonly string[]>>;
  readonly models: readonly Model[];
  readonly images: readonly ContainerImage[];
  /** Profiles that cannot be looked at. */
  readonly stale: readonly StaleListing[];
  readonly downloads: readonly Download[];
  readonly profiles: readonly Profile[];
  readonly keys: readonly Key[];
  readonly providers: readonly Provider[];
  readonly routes: readonly ModelRoute[];
  /** The last first. */
  readonly requests: readonly RequestDetails[];
  readonly endpoints: EndpointSeed;
  readonly jobs: readonly MockJob[];
  readonly secrets: readonly Secret[];
  readonly presets: readonly HardwarePreset[];
  readonly system: System;
}

export type SeedName = "typical" | "empty" | "huge" | "clusters";

export function seed(name: SeedName, now: number): Seed {
  const typical = typicalSeed(now);
  switch (name) {
    case "typical":
      return typical;
    case "empty":
      return {
        ...typical,
        services: [],
        events: [],
        logs: {},
        models: [],
        downloads: [],
        keys: [],
        providers: [],
        routes: [],
        requests: [],
        endpoints: noEndpoints,
        jobs: [],
        secrets: [],
      };
    case "clusters":
      return withServices(
        {
          ...typical,
          profiles: [...typical.profiles, ...clusterProfiles(now)],
          models: [...typical.models, ...clusterModels(now)],
          images: clusterImages(now),
          stale: [
            {
              profile: "adroit",
              seenAt: now - 3 * 60 * minuteMs,
              reason: "ssh: connect to host adroit.example.edu port 22: Connection timed out",
            },
          ],
        },
        clusterServices(now),
        now,
      );
    case "huge":
      return {
        ...typical,
        services: [...typical.services, ...many(10_000, (index) => crowdService(index, now))],
        models: [...typical.models, ...many(10_000, (index) => crowdModel(index, now))],
      };
  }
}

const minuteMs = 60_000;

function withServices(seed: Seed, services: readonly Service[], now: number): Seed {
  return {
    ...seed,
    services: [...seed.services, ...services],
    events: [...seed.events, ...services.flatMap((one) => history(one, now))],
    logs: {
      ...seed.logs,
      ...Object.fromEntries(services.map((one) => [one.id, engineLog(one, now)])),
    },
  };
}

function typicalSeed(now: number): Seed {
  return withServices(bareSeed(now), typicalServices(now), now);
}

function bareSeed(now: number): Seed {
  return {
    services: [],
    events: [],
    logs: {},
    models: typicalModels(now),
    images: [],
    stale: [],
    downloads: typicalDownloads(now),
    profiles: [
      {
        id: "local",
        name: "local",
        default: true,
        status: "ready",
        statusReason: null,
        schema: "local",
        slurm: null,
        connection: null,
        home: "/home/ada/.berth",
        cache: "/home/ada/.cache/huggingface",
      },
      {
        id: "scratch",
        name: "scratch",
        default: false,
        status: "invalid",
        statusReason: "cache /mnt/scratch/models does not exist; mount it, or change the profile's cache",
        schema: "local",
        slurm: null,
        connection: null,
        home: "/mnt/scratch/berth",
        cache: "/mnt/scratch/models",
      },
    ],
    keys: [
      {
        id: "key_01",
        name: "admin",
        prefix: "sk-berth-hT3v",
        scopes: ["admin", "inference"],
        models: null,
        status: "active",
        limits: {},
        budgets: [],
        tags: [],
        owner: null,
        logBodies: false,
        createdAt: now - 9 * 24 * 60 * minuteMs,
        expiresAt: null,
        lastUsedAt: now - 2 * minuteMs,
      },
      {
        id: "key_02",
        name: "notebook",
        prefix: "sk-berth-9QzB",
        scopes: ["inference"],
        models: ["pilot", "plain-gull"],
        status: "active",
        limits: {},
        budgets: [],
        tags: [],
        owner: null,
        logBodies: false,
        createdAt: now - 3 * 24 * 60 * minuteMs,
        expiresAt: now + 27 * 24 * 60 * minuteMs,
        lastUsedAt: null,
      },
      {
        id: "key_03",
        name: "nightly-evaluation",
        prefix: "sk-berth-T0eK",
        scopes: ["inference"],
        models: null,
        status: "active",
        limits: {
          requestsPerMinute: 120,
          tokensPerMinute: 200_000,
          parallel: 8,
          budgets: [
            { period: "day", unit: "usd", amount: 5 },
            { period: "month", unit: "tokens", amount: 50_000_000 },
          ],
        },
        budgets: [
          {
            period: "day",
            unit: "usd",
            amount: 5,
            spent: 3.42,
            reserved: 0.6,
            resetsAt: now + 6 * 60 * minuteMs,
          },
          {
            period: "month",
            unit: "tokens",
            amount: 50_000_000,
            spent: 50_000_000,
            reserved: 0,
            resetsAt: now + 11 * 24 * 60 * minuteMs,
          },
        ],
        tags: ["team:birds", "ci"],
        owner: "ada",
        logBodies: true,
        createdAt: now - 40 * 24 * 60 * minuteMs,
        expiresAt: null,
        lastUsedAt: now - 12 * minuteMs,
      },
    ],
    providers: typicalProviders(now),
    routes: typicalRoutes(now),
    requests: typicalRequests(now),
    endpoints: typicalEndpoints(now),
    jobs: typicalJobs(now),
    secrets: typicalSecrets(now),
    presets: typicalPresets(),
    system: {
      version: "0.1.0",
      pid: 4211,
      host: "bench-07",
      startedAt: now - 42 * minuteMs,
      homeId: "h7c2d9",
      homeDir: "/home/ada/.berth",
      stateDir: "/home/ada/.berth",
      urls: ["http://localhost:8000"],
      authentication: true,
      hub: { endpoint: "https://huggingface.co", offline: false, hasToken: false },
      memory: { totalMiB: 24_000, freeMiB: 7600 },
      disk: { totalBytes: 512_000_000_000, freeBytes: 88_000_000_000 },
      cpuCores: 8,
      gpus: [],
    },
  };
}
