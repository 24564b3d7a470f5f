import { hasEnded, type Change, type Download, type Endpoint, type HubSecret } from "@berth/api";
import type { ServiceRow } from "@berth/store";
import { EndpointControl } from "../endpoints/endpoint-control.ts";
import { noTraffic, type Traffic } from "../endpoints/endpoint-meter.ts";
import type { Endpoints } from "../endpoints/endpoints.ts";
import type { Orderer } from "../endpoints/find-callable.ts";
import { allPresets } from "../endpoints/replica-spec.ts";
import { Changes } from "../services/changes.ts";
import type { ServiceControl } from "../service-control.ts";
import { Harbour } from "./harbour.ts";
import { MemoryEndpoints } from "./memory-endpoints.ts";

export const ada: Orderer = { keyId: "ada-key", owner: "ada" };
const stepMs = 500;
const { signal } = new AbortController();
/** The one model that the hub has; it never arrives. */
export const comingRepo = "org/coming";
const coming: Download = {
  id: "d1",
  repo: comingRepo,
  revision: "main",
  commit: null,
  profile: "here",
  variant: null,
  files: [],
  status: "QUEUED",
  statusReason: null,
  bytesDone: 0,
  bytesTotal: null,
  bytesPerSecond: null,
  etaSeconds: null,
  createdAt: 0,
  updatedAt: 0,
  modelId: null,
};

/** A harbour with endpoints: servers are started and killed in it, and what comes to endpoints is the test's. */
export class EndpointWorld {
  readonly harbour = new Harbour();
  readonly store = new MemoryEndpoints();
  readonly traffic = new Map<string, Traffic>();
  /** Requests under way, by service. */
  readonly outstanding = new Map<string, number>();
  readonly #queued = new Map<string, { readonly ready: number; readonly delayed: number }>();
  #news: Changes | undefined;
  /** Ada's. */
  readonly secrets = new Map<string, string>();
  readonly changes: Change[] = [];
  /** Of the hub. */
  readonly ordered: {
    readonly repo: string;
    readonly profile: string | undefined;
    readonly hubSecret: HubSecret | undefined;
  }[] = [];
  #control: EndpointControl | undefined;
  #services: ServiceControl | undefined;
  #ids = 0;

  /** Of the server that runs. */
  get control(): EndpointControl {
    if (this.#control === undefined) throw new Error("start it first");
    return this.#control;
  }

  get endpoints(): Endpoints {
    return this.control.endpoints;
  }

  /** What a gateway would read. */
  get routes() {
    if (this.#services === undefined) throw new Error("start it first");
    return this.#services.routes.snapshot();
  }

  /** Starts a server; one that ran before is killed. */
  async start(): Promise<this> {
    const { harbour } = this;
    this.#control?.close().catch(() => undefined);
    const changes = new Changes();
    this.#news = changes;
    changes.subscribe((change) => this.changes.push(change));
    let control: EndpointControl | undefined;
    const services = await harbour.start({
      changes,
      names: {
        providers: () => harbour.providers,
        configured: () => harbour.configured,
        endpoints: () => control?.sights() ?? none,
      },
      secretOf: (endpointId, secret) =>
        control?.uses(endpointId, secret) === true ? this.secrets.get(secret) : undefined,
    });
    control = new EndpointControl({
      store: harbour.guarded(this.store),
      services: services.replicas,
      loads: {
        traffic: (id) => this.traffic.get(id),
        outstanding: (id) => this.outstanding.get(id) ?? 0,
        jobs: (id) => {
          const { ready = 0, delayed = 0 } = this.#queued.get(id) ?? {};
          return { queued: ready + delayed, ready, running: 0 };
        },
      },
      changes,
      profiles: () => Promise.resolve(harbour.profiles),
      presets: () => allPresets([]),
      downloads: {
        list: () => [],
        create: (request, _signal, hubSecret) => {
          this.ordered.push({ repo: request.repo, profile: request.profile, hubSecret });
          return request.repo === comingRepo
            ? Promise.resolve(coming)
            : Promise.reject(new Error("nothing is fetched here"));
        },
      },
      secrets: () =>
        [...this.secrets.keys()].map((name) => ({ name, provider: name === "s3" ? "s3" : null })),
      nameOf: (keyId) => keyId,
      cancelJobs: () => Promise.resolve(),
      newId: () => String((this.#ids += 1)).padStart(6, "0"),
      random: () => 0.5,
      clock: harbour.clock,
      onError: (error) => harbour.errors.push(error),
    });
    await control.start();
    this.#control = control;
    this.#services = services;
    return this;
  }

  /** Ada's `chat` with one replica at most, deployed and woken unless told. */
  async deployed(given: Parameters<Endpoints["create"]>[0] = {}, wakeup = true): Promise<Endpoint> {
    const { id } = await this.endpoints.create(
      { name: "chat", template: { model: "berth/pilot" }, profiles: ["here"], ...given },
      ada,
    );
    await this.endpoints.deploy(id, wakeup, ada, signal);
    return this.until(id, ({ nextDeployment }) => nextDeployment === null);
  }

  /** So many requests are there now: in flight as far as somebody can answer. */
  load(id: string, requests: number): void {
    const { arrived } = this.traffic.get(id) ?? noTraffic;
    const ready = this.replicas(id).filter(({ service }) => service.status === "HEALTHY");
    for (const { service } of ready) this.outstanding.set(service.id, Math.ceil(requests / ready.length));
    const inFlight = ready.length === 0 ? 0 : requests;
    const counted = { arrived: arrived + requests, finished: arrived, inFlight, held: requests - inFlight };
    this.traffic.set(id, counted);
  }

  /** So many jobs wait from now on, and whoever listens is told. */
  queue(id: string, ready: number, delayed = 0): void {
    this.#queued.set(id, { ready, delayed });
    this.#news?.publish({ type: "jobs", endpointId: id });
  }

  /** Lets time pass, with a server that is started again when it was killed, until it holds; throws after ten minutes. */
  async until(id: string, holds: (endpoint: Endpoint) => boolean): Promise<Endpoint> {
    for (let waited = 0; waited <= 600_000; waited += stepMs) {
      if (this.harbour.control === undefined) await this.start();
      const endpoint = this.endpoints.get(id);
      if (holds(endpoint)) return endpoint;
      await this.harbour.clock.advance(stepMs);
    }
    const { status, decision, replicas } = this.endpoints.get(id);
    throw new Error(`it is ${status}, with ${JSON.stringify(replicas)}: ${decision}`);
  }

  /** Lets time pass, with a server that runs. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += stepMs) {
      if (this.harbour.control === undefined) await this.start();
      await this.harbour.clock.advance(stepMs);
    }
  }

  /** Those that have not ended, as the present server knows them. */
  replicas(id: string): readonly ServiceRow[] {
    return (this.#services?.replicas.of(id) ?? []).filter(({ service }) => !hasEnded(service.status));
  }

  /** Processes that run, of any service. */
  running(): number {
    return [...this.harbour.sea.launches.values()].filter(({ exit }) => exit === undefined).length;
  }
}

const none: ReturnType<EndpointControl["sights"]> = [];
