import type { IncomingMessage, ServerResponse } from "node:http";
import { hostname } from "node:os";
import { join } from "node:path";
import { styleText } from "node:util";
import { BerthError } from "@berth/api";
import { Changes } from "@berth/control";
import {
  createGateway,
  type GatewayLimits,
  type Observation,
  type Principal,
  type Usage,
} from "@berth/gateway";
import { webhookSecrets } from "@berth/jobs";
import { systemClock } from "@berth/std/clock";
import { timeOrderedId } from "@berth/std/time-ordered-id";
import { forbiddenAddress } from "@berth/std/forbidden-address";
import { makeHosts } from "./adapters.ts";
import { readConfig, type Config } from "./config.ts";
import { makeControlPlane, type ControlPlane } from "./control-plane.ts";
import { ensureDemo } from "./demo.ts";
import { makeHandlers } from "./handlers.ts";
import { leaseSecretOf, readHomeId, writeServerFile } from "./home.ts";
import { type Door, principalOf } from "./http/authenticate.ts";
import { openConsole } from "./http/console.ts";
import { createFastFront, openedFront } from "./http/fast-front.ts";
import { createFront } from "./http/front.ts";
import { findUnshared, listen, type Listener, loopbackUrl } from "./http/listen.ts";
import { originPolicy } from "./http/origin-guard.ts";
import { roomsForBodies } from "./http/read-body.ts";
import { isOwnPort } from "./own-port.ts";
import { ServicePorts } from "./http/service-ports.ts";
import { loginUrl, sessionRoutes } from "./http/session-routes.ts";
import { ownHeap, shrinkWhenIdle } from "./idle-memory.ts";
import { findInstallation } from "./installation.ts";
import { requestCharger } from "./jobs/charge-request.ts";
import { openBlobs } from "./jobs/open-blobs.ts";
import { openQueue } from "./jobs/open-queue.ts";
import { keepPurging } from "./ledger/keep-purging.ts";
import { keyLimits } from "./ledger/key-limits.ts";
import { openLimitBook } from "./ledger/open-limit-book.ts";
import { ledgerEntry } from "./ledger/ledger-entry.ts";
import { queueEndpoints } from "./endpoints/queue-endpoints.ts";
import { GatewayLoads, type ThreadLoads } from "./endpoints/gateway-loads.ts";
import { createLog } from "./log.ts";
import { readDisk } from "./machine.ts";
import { createMetrics } from "./metrics.ts";
import { openState } from "./open-state.ts";
import { ensureFirstProfile, openProfiles } from "./profiles.ts";
import { Sites } from "./sites.ts";
import { stopOn } from "./stop-on.ts";
import { stopServer } from "./stop-server.ts";
import { TraceExporter } from "./telemetry/trace-exporter.ts";
import { version } from "./version.ts";
import { makeSummarize } from "./summaries/make-summarize.ts";
import { welcomeText } from "./welcome.ts";
import { GatewayThreads } from "./workers/gateway-threads.ts";
import { openMainSocket } from "./workers/main-socket.ts";
import { NewsBoard } from "./workers/news-board.ts";

const mebibyte = 1024 * 1024;
const managementBodyMiB = 8;
/** Bodies on their way have room for some of this size, however small the largest may be. */
const leastRoomMiB = 32;

/** `berth start`: control plane and gateway in one process, until a signal. Throws BerthError for what is wrong at once. */
export async function start(argv: readonly string[]): Promise<void> {
  const begun = performance.now();
  const config = readConfig(argv, process.env);
  const { settings } = config;
  const isOpen = requireLoopbackForDebug(config);
  const log = createLog(logLevel(config));
  const installation = findInstallation(import.meta.dirname);
  const state = await openState(config, (requests, reason) => {
    metrics.lose(requests);
    log.error({ requests, reason }, "requests are missing from the ledger");
  });
  const workers = settings.BERTH_GATEWAY_WORKERS;
  const limits = await openLimitBook(state.store.keys, workers);
  const news = new NewsBoard(workers);
  const changes = new Changes();
  const hosts = makeHosts(config, () => changes.publish({ type: "profiles" }));
  const sites = new Sites(hosts, systemClock);
  const profiles = openProfiles(config, state.store, changes, sites, (from, to) => {
    plane.downloads.renameProfile(from, to);
    plane.images.renameProfile(from, to);
    return Promise.all([plane.presets.renameProfile(from, to), plane.endpoints.renameProfile(from, to)]).then(
      () => plane.control.reload(),
    );
  });
  await ensureFirstProfile(profiles, config, process.env);
  let port = settings.BERTH_PORT;
  let threads: GatewayThreads | undefined;
  const homeId = await readHomeId(config.homeDir);
  const loads = new GatewayLoads();
  const plane: ControlPlane = await makeControlPlane({
    config,
    installation,
    homeId,
    store: state.store,
    usage: state.usage,
    limits: keyLimits(limits, state.usage, systemClock, (keyId, slot) => news.tellSlot(keyId, slot)),
    profiles,
    hosts,
    sites,
    changes,
    log,
    loads,
    cancelJobs: async (endpointId) => void (await queue.cancelAll(endpointId)),
    ownUrl: () => `http://${ownHost(settings.BERTH_HOST)}:${port}`,
  });
  const { control, keys, sessions } = plane;
  const bodyRooms = roomsForBodies(Math.max(settings.BERTH_MAX_BODY_MIB, leastRoomMiB) * mebibyte);
  const jobKeyOf = (keyId: string): Principal | undefined => principalOf(keyId, keys, isOpen);
  const queue = await openQueue({
    store: state.jobs,
    endpoints: queueEndpoints(plane.endpoints, changes),
    blobs: await openBlobs(config),
    webhookSecrets: (endpointId) => webhookSecrets(join(config.homeDir, "webhook.key"), endpointId),
    webhookHosts: settings.BERTH_WEBHOOK_ALLOW,
    changes,
    clock: systemClock,
    leaseSecret: await leaseSecretOf(config.homeDir, state.jobs),
    url: () => loopbackUrl(listener),
    principalOf: jobKeyOf,
    charge: requestCharger(limits, jobKeyOf, () => systemClock.now()),
    diskSpace: () => readDisk(config.stateDir),
    bodyRoom: bodyRooms.callers,
    report: (error) => log.error({ err: error }, "the queue could not do what it should"),
  });
  loads.setJobs((endpointId) => queue.counts(endpointId));
  const newId = (): string => `req-${timeOrderedId(Date.now())}`;

  const metrics = createMetrics({
    servicesByStatus: () => control.countByStatus(),
    inFlight: () => gateway.inFlight + (threads?.inFlight ?? 0),
    schedulerCalls: () => sites.schedulerCalls(),
  });
  const traces =
    settings.OTEL_EXPORTER_OTLP_ENDPOINT === undefined
      ? undefined
      : new TraceExporter({
          endpoint: settings.OTEL_EXPORTER_OTLP_ENDPOINT,
          headers: settings.OTEL_EXPORTER_OTLP_HEADERS,
          serviceName: settings.OTEL_SERVICE_NAME,
          version,
          fetch,
          onFailure: (spans, error) => log.warn({ err: error, spans }, "traces could not be sent"),
        });
  const gatewayLimits: Partial<GatewayLimits> = {
    maxBodyBytes: settings.BERTH_MAX_BODY_MIB * mebibyte,
    maxHoldMs: settings.BERTH_HOLD_SECONDS * 1000,
    streamIdleMs: settings.BERTH_STREAM_IDLE_SECONDS * 1000,
  };
  /** What requests leave behind, whichever thread carries them. */
  const told = {
    wake: (id: string) => {
      if (!plane.endpoints.called(id)) control.wake(id);
    },
    loads: (thread: number, counted: ThreadLoads | undefined) => loads.tell(thread, counted),
    suspect: (id: string) => plane.providers.suspect(id),
    record: (usage: Usage) => {
      state.usage.append([ledgerEntry(usage)]);
      traces?.record(usage);
    },
    observe: (observation: Observation) => metrics.observe(observation),
    report: (error: unknown, requestId: string | undefined) =>
      log.error({ err: error, requestId }, "a request failed in an unforeseen way"),
    clock: systemClock,
  };
  // before the gateway hears of a provider, its counts are shared
  if (workers > 1) {
    control.routes.watch(() => news.tellRoutes(control.routes.snapshot()));
    keys.watch((hash, key) => news.tellKey(hash, key));
  }
  const gateway = createGateway({
    routes: control.routes,
    keys: { verifyHash: (hash) => keys.verify(hash) },
    activator: told,
    forbids: forbiddenAddress,
    keyLimits: limits,
    ...(workers > 1 ? { providerLoad: news.providerLoad } : {}),
    usage: told,
    observe: told.observe,
    report: told.report,
    clock: systemClock,
    newId,
    isPeer: isOwnPort,
    limits: gatewayLimits,
  });

  loads.setGateway(gateway);

  const stopping = new AbortController();
  const door: Door = { keys: { verify: (key) => keys.verifyKey(key) }, sessions, open: isOpen };
  const url = (): string => `http://${urlHost(settings.BERTH_HOST)}:${port}`;
  const console =
    installation.consoleDir === undefined ? undefined : await openConsole(installation.consoleDir);
  const policy = originPolicy(
    settings.BERTH_HOST,
    [hostname(), ...settings.BERTH_ALLOWED_HOSTS],
    settings.BERTH_ALLOWED_ORIGINS,
  );
  const front = createFront({
    handlers: makeHandlers({
      config,
      plane,
      profiles,
      sites,
      changes,
      state,
      queue,
      homeId,
      hasConsole: console !== undefined,
      urls: () => [url()],
    }),
    sessions: sessionRoutes(sessions, door, url),
    door,
    summarize: makeSummarize({
      readerEntry: installation.documentReaderEntry,
      clock: systemClock,
      limits,
      url: () => loopbackUrl(listener),
    }),
    maxBodyBytes: managementBodyMiB * mebibyte,
    maxUploadBytes: settings.BERTH_MAX_BODY_MIB * mebibyte,
    bodyRooms,
    stopping: stopping.signal,
    onError: (error, requestId) => {
      if (!(error instanceof BerthError) || error.status >= 500)
        log.error({ err: error, requestId }, "a call failed");
      else log.debug({ code: error.code, param: error.param, requestId }, error.message);
    },
    gateway,
    queue,
    policy,
    console,
    metrics,
    version,
    newId,
  });

  // Bound before anything is started: a taken port changes nothing. Who calls meanwhile is answered when it is known
  // what there is, and not told that there is nothing.
  const { promise: ready, resolve: open } = Promise.withResolvers<void>();
  const onRequest = (request: IncomingMessage, response: ServerResponse): void =>
    void ready.then(() => front(request, response));
  const fast = openedFront(createFastFront({ gateway, policy, open: isOpen }), ready);
  const bind = async (): Promise<Listener> =>
    workers === 1
      ? listen(settings.BERTH_HOST, port, onRequest, { fast })
      : listen(settings.BERTH_HOST, await findUnshared(settings.BERTH_HOST, port), onRequest, {
          shared: true,
          fast,
        });
  const listener = await bind().catch(async (error: unknown) => {
    await state.close();
    throw error;
  });
  port = listener.port;
  await state.setPort(port);
  await control.start();
  await plane.endpoints.start();
  await plane.downloads.start();
  await plane.images.start();
  open();
  queue.start();
  if (workers > 1) {
    threads = new GatewayThreads({
      ...told,
      count: workers - 1,
      settings: {
        host: settings.BERTH_HOST,
        port,
        open: isOpen,
        policy,
        limits: gatewayLimits,
      },
      book: limits,
      mainSocket: await openMainSocket(config.homeDir, onRequest),
      news,
      routes: control.routes,
      keys,
      onLost: (requests) => {
        metrics.lose(requests);
        log.error({ requests }, "requests are missing from the ledger: they came faster than they are taken");
      },
      onEnd: (thread, error) =>
        log.error({ err: error, thread }, "a thread that carries requests has died; another is started"),
    });
    await threads.start();
  }
  const flushing = keys.keepFlushing(stopping.signal, (error) =>
    log.error({ err: error }, "last uses of keys could not be stored"),
  );
  const looking = plane.providers.keepLooking(stopping.signal);
  void keepPurging(
    {
      usage: state.usage,
      clock: systemClock,
      usageDays: settings.BERTH_USAGE_DAYS,
      bodiesDays: settings.BERTH_BODIES_DAYS,
      onError: (error) => log.error({ err: error }, "old requests could not be removed from the ledger"),
    },
    stopping.signal,
  );
  void shrinkWhenIdle(
    {
      heap: ownHeap(),
      work: () => ({
        inFlight: gateway.inFlight,
        activeMs: performance.eventLoopUtilization().active,
      }),
      clock: systemClock,
    },
    stopping.signal,
  );
  const servicePorts = new ServicePorts();
  servicePorts.follow(control.routes, front, (taken, error) =>
    log.warn({ port: taken, reason: (error as Error).message }, "a service's own port cannot be listened on"),
  );
  const working = Promise.all([flushing, looking]);
  const running = {
    config,
    listener,
    servicePorts,
    gateway,
    queue,
    threads,
    plane,
    hosts,
    stopping,
    working,
    traces,
    state,
    log,
  };
  stopOn(["SIGINT", "SIGTERM"], (signal) => stopServer(running, signal));
  await writeServerFile(config.homeDir, {
    pid: process.pid,
    host: settings.BERTH_HOST,
    port,
    urls: [url()],
    startedAt: Date.now(),
    version,
  });
  const hasDemo = config.demo && installation.demoModelPath !== undefined;
  const model = hasDemo ? await ensureDemo(control.services, log, stopping.signal) : undefined;

  const { code, expiresAt } = sessions.mintCode();
  process.stdout.write(
    welcomeText({
      url: url(),
      loginUrl: loginUrl(url(), code),
      codeMinutes: Math.round((expiresAt - Date.now()) / 60_000),
      keyFile: `${config.homeDir}/admin.key`,
      model,
      open: isOpen,
      startMs: performance.now() - begun,
    }),
  );
  log.info({ url: url(), pid: process.pid, home: config.homeDir, version }, "berth is up");
}

/** At a terminal people want the welcome and what goes wrong; a log file wants everything. */
function logLevel({ settings, origins }: Config): string {
  return origins.BERTH_LOG_LEVEL === "default" && process.stderr.isTTY ? "warn" : settings.BERTH_LOG_LEVEL;
}

/** Whether authentication is off. BERTH_DEBUG may do that on loopback only; elsewhere it is refused. */
function requireLoopbackForDebug(config: Config): boolean {
  const { BERTH_DEBUG, BERTH_HOST } = config.settings;
  if (!BERTH_DEBUG) return false;
  if (!["localhost", "127.0.0.1", "::1", "[::1]"].includes(BERTH_HOST)) {
    throw new BerthError(
      "invalid_request",
      `BERTH_DEBUG=1 would let everybody who reaches ${BERTH_HOST} do everything; it works on localhost only`,
      { param: "BERTH_DEBUG" },
    );
  }
  process.stderr.write(
    `${styleText(["red", "bold"], "BERTH_DEBUG=1: authentication is off", { stream: process.stderr })}\n`,
  );
  return true;
}

/** How this machine calls what listens on `host`. */
function ownHost(host: string): string {
  return host === "0.0.0.0" || host === "::" ? "127.0.0.1" : bracketed(host);
}

function urlHost(host: string): string {
  return host === "0.0.0.0" || host === "::" ? hostname() : bracketed(host);
}

function bracketed(host: string): string {
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}
