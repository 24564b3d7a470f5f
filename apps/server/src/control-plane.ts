import { randomBytes, randomUUID } from "node:crypto";
import {
  type Changes,
  Conversations,
  Downloads,
  EndpointControl,
  type EndpointLoads,
  ensureAdminKey,
  H2ogptImport,
  HardwarePresets,
  httpRunnerProbe,
  ImageFiles,
  Images,
  type KeyLimitsPort,
  Keys,
  Logins,
  ModelRoutes,
  Models,
  Providers,
  Secrets,
  ServiceControl,
  servicesUsing,
  Sessions,
  StoredSecrets,
  Usage,
  type Profiles,
  type ProviderProbe,
} from "@berth/control";
import { createDiscovery } from "@berth/gateway";
import { namesImage } from "@berth/catalog/images";
import type { RemoteHosts } from "@berth/launchers";
import { probeGpus, probeRuntimes } from "@berth/launchers/local/runtimes";
import { Installer, Packer } from "@berth/launchers/slurm";
import { systemClock } from "@berth/std/clock";
import { openKeptHttpGet } from "@berth/std/kept-http-get";
import type { Store, UsageStore } from "@berth/store";
import { join } from "node:path";
import {
  engines,
  makeAsJob,
  makeHub,
  makeImageSource,
  makeLaunchers,
  makeModelSource,
  makePlaceRunners,
  packsDir,
} from "./adapters.ts";
import { askModel } from "./ask-model.ts";
import { checkHandler } from "./check-handler.ts";
import type { Config } from "./config.ts";
import { secretKeyName } from "./home.ts";
import type { Installation } from "./installation.ts";
import type { Logger } from "./log.ts";
import { readCores, readMemory } from "./machine.ts";
import { systemPortProbe } from "./port-probe.ts";
import type { Sites } from "./sites.ts";

export interface ControlPlaneOptions {
  readonly config: Config;
  readonly installation: Installation;
  readonly homeId: string;
  readonly store: Store;
  readonly usage: UsageStore;
  readonly limits: KeyLimitsPort;
  readonly profiles: Profiles;
  readonly hosts: RemoteHosts;
  readonly sites: Sites;
  readonly changes: Changes;
  readonly log: Logger;
  /** Where this server itself is called. */
  readonly ownUrl: () => string;
  /** What comes to endpoints. */
  readonly loads: EndpointLoads;
  /** Ends the jobs of an endpoint that goes. */
  readonly cancelJobs: (endpointId: string) => Promise<void>;
}

const downloadsAtOnce = 2;
const secretBytes = 32;

/** The control plane with its adapters: the one place where they meet. Starts nothing. */
export async function makeControlPlane(options: ControlPlaneOptions) {
  const { config, installation, homeId, store, profiles, hosts, sites, changes, log, ownUrl } = options;
  const clock = systemClock;
  const newId = (): string => randomUUID().replaceAll("-", "").slice(0, 12);
  const admin = await ensureAdminKey({
    path: join(config.homeDir, "admin.key"),
    fromEnv: config.settings.BERTH_AUTH_TOKEN,
  });
  const keys = await Keys.load({ store: store.keys, limits: options.limits, admin, changes, clock });
  const usage = new Usage({ store: options.usage, keys, clock });
  const sessions = new Sessions({ store: store.sessions, clock });
  const conversations = new Conversations({ store: store.conversations, changes, clock });
  const logins = new Logins({
    profiles,
    hosts: {
      async login(profile, answer, signal) {
        await hosts.login(profile, answer, signal);
        // what only the cluster could tell when the profile was added
        await profiles
          .settle(profile.name, signal)
          .catch((error: unknown) =>
            log.warn(
              { err: error, profile: profile.name },
              "logged in, but its directories could not be looked up",
            ),
          );
      },
    },
    changes,
    clock,
    newId,
  });
  const parts = { sites, packer: new Packer(packsDir(config)), installer: new Installer() };
  const places = makePlaceRunners(config, installation, parts);
  const asJob = makeAsJob(sites, homeId, places);
  const hub = makeHub(config, installation, { places, asJob });
  const models = new Models({
    source: makeModelSource(config, installation, store, places),
    profiles,
    localModels: store.localModels,
    changes,
    clock,
    usedBy: async (model) => [...(await servicesUsing(store.services, model)), ...downloads.using(model)],
  });
  const downloads = new Downloads({
    store: store.downloads,
    hub,
    profiles,
    models,
    secretOf: ({ owner, name }) => storedSecrets.valueOf(owner, name),
    changes,
    clock,
    newId,
    atOnce: downloadsAtOnce,
    onError: (error, download) =>
      log.error({ err: error, download: download.id }, "a download failed in an unforeseen way"),
  });
  const kept = openKeptHttpGet();
  const imageSource = makeImageSource({ places, asJob });
  const images = new Images({
    store: store.imagePulls,
    source: imageSource,
    profiles,
    changes,
    clock,
    newId,
    onError: (error, pull) =>
      log.error({ err: error, pull: pull.id }, "a pull of an image failed in an unforeseen way"),
  });
  const probe: ProviderProbe = {
    ...createDiscovery({ clock }),
    ask: (model, task, signal) => askModel({ url: ownUrl(), key: admin.key, model, task, fetch }, signal),
  };
  const secrets = await Secrets.open({
    path: join(config.homeDir, secretKeyName),
    fromEnv: config.settings.BERTH_SECRET_KEY,
  });
  const providers = await Providers.load({
    store: store.providers,
    secrets,
    environment: process.env,
    probe,
    changes,
    clock,
    newId,
    random: Math.random,
    onError: (error, provider) =>
      log.error({ err: error, provider }, "a provider could not be looked at; trying again"),
  });
  const h2ogpt = new H2ogptImport({ providers, keys, probe, environment: process.env, clock });
  const modelRoutes = await ModelRoutes.load({
    store: store.modelRoutes,
    changes,
    clock,
    resolve: (model) => control.routes.resolve(model),
  });
  const control = new ServiceControl({
    store,
    changes,
    profiles,
    models,
    images: new ImageFiles({ source: imageSource, names: namesImage, clock }),
    engines,
    clock,
    homeId,
    newId,
    newSecret: () => randomBytes(secretBytes).toString("base64url"),
    random: Math.random,
    machine: {
      read: async () => ({
        cpuCores: await readCores(),
        ...asDevice(await readMemory()),
        gpus: await probeGpus(process.env),
      }),
      runtimes: () => probeRuntimes(process.env),
    },
    rememberedCluster: (profile) => parts.sites.rememberedCluster(profile),
    askCluster: (profile, signal) => parts.sites.cluster(profile, { refresh: true }, signal),
    ports: systemPortProbe,
    portRange: config.settings.BERTH_SERVICE_PORTS,
    checkHandler,
    launcherOf: makeLaunchers(config, installation, parts),
    probe: httpRunnerProbe(kept.get),
    names: {
      providers: () => providers.routed(),
      configured: () => modelRoutes.configured(),
      endpoints: () => endpoints.sights(),
    },
    secretOf: (endpointId, secret) =>
      endpoints.uses(endpointId, secret)
        ? storedSecrets.valueOf(endpoints.get(endpointId)?.owner ?? "", secret)
        : undefined,
    limits: {
      crashFailures: config.settings.BERTH_RESTART_LIMIT,
      retry: { firstMs: 500, maxMs: config.settings.BERTH_RESTART_MAX_SECONDS * 1000, jitter: 0 },
    },
    onError: (error, { key, failures }) =>
      log.error({ err: error, service: key, failures }, "a service could not be looked after; trying again"),
  });
  const presets = await HardwarePresets.load({ store: store.hardwarePresets, changes });
  const endpoints: EndpointControl = new EndpointControl({
    store: store.endpoints,
    services: control.replicas,
    loads: options.loads,
    changes,
    profiles: () => profiles.list(),
    presets: () => presets.list(),
    downloads,
    secrets: (owner) => storedSecrets.of(owner),
    nameOf: (keyId) => keys.nameOf(keyId),
    cancelJobs: options.cancelJobs,
    newId,
    random: Math.random,
    clock,
    onError: (error, { key, failures }) =>
      log.error(
        { err: error, endpoint: key, failures },
        "an endpoint could not be looked after; trying again",
      ),
  });
  const storedSecrets = await StoredSecrets.load({
    store: store.secrets,
    secrets,
    usersOf: (owner, name) => endpoints.usersOf(owner, name),
    changes,
    clock,
  });
  return {
    presets,
    endpoints,
    storedSecrets,
    keys,
    usage,
    sessions,
    conversations,
    logins,
    hub,
    models,
    downloads,
    images,
    providers,
    h2ogpt,
    modelRoutes,
    control,
    places,
    probes: kept,
  };
}

export type ControlPlane = Awaited<ReturnType<typeof makeControlPlane>>;

function asDevice(memory: { readonly totalMiB: number; readonly freeMiB: number }) {
  return { totalMemoryMiB: memory.totalMiB, freeMemoryMiB: memory.freeMiB };
}
