import {
  BerthError,
  type Change,
  type Cluster,
  type ContainerImage,
  type Conversation,
  type CreateSummary,
  type Download,
  type ImagePull,
  type Profile,
  type Service,
  type StaleListing,
} from "@berth/api";
import type { ServiceEvent } from "@berth/api";
import { EndpointState } from "./endpoint-state.ts";
import { JobState } from "./job-state.ts";
import { Logins } from "./logins.ts";
import { seedCluster } from "./seed-clusters.ts";
import type { Seed } from "./seed.ts";

/** The state behind the mock, and the only place that changes it; every change is told to whoever listens. */
export class World {
  readonly services = new Map<string, Service>();
  readonly events: ServiceEvent[];
  readonly logs = new Map<string, string[]>();
  readonly models: Seed["models"][number][];
  readonly downloads = new Map<string, Download>();
  readonly images: ContainerImage[];
  readonly stale: readonly StaleListing[];
  readonly pulls = new Map<string, ImagePull>();
  readonly profiles: Seed["profiles"][number][];
  readonly keys: Seed["keys"][number][];
  readonly providers: Seed["providers"][number][];
  readonly routes: Seed["routes"][number][];
  /** The last first. */
  readonly requests: Seed["requests"][number][];
  readonly endpoints: EndpointState;
  readonly jobs: JobState;
  readonly secrets: Seed["secrets"][number][];
  readonly presets: Seed["presets"][number][];
  /** What the last call of an endpoint was sent. */
  lastCall: { readonly path: string; readonly body: string } | undefined;
  readonly conversations = new Map<string, Conversation>();
  system: Seed["system"];
  /** What every cluster that can be asked tells of itself. */
  cluster: Cluster = seedCluster(Date.now());
  readonly logins = new Logins((login) => {
    this.publish({ type: "login", login });
    if (login.status === "connected") this.#connect(login.profile);
  });
  /** Words a second of an answer; tests turn it up. */
  tokensPerSecond = 60;
  /** What each answer is said to have cost. */
  costUsd: number | undefined;
  /** Chat requests wait this long, with their reason told, before the first token. */
  held: { reason: string; forMs: number } | undefined;
  /** Transcriptions stand still after their first piece, summaries after their third part. */
  deaf = false;
  /** What the last transcription was asked with, as text: the form without its file. */
  lastForm = "";
  /** What the last summary was asked with. */
  lastSummary: CreateSummary | undefined;
  #serial = 1000;
  readonly #listeners = new Set<(change: Change) => void>();

  constructor(seed: Seed) {
    for (const service of seed.services) this.services.set(service.id, service);
    for (const [id, lines] of Object.entries(seed.logs)) this.logs.set(id, [...lines]);
    for (const download of seed.downloads) this.downloads.set(download.id, download);
    this.events = [...seed.events];
    this.models = [...seed.models];
    this.images = [...seed.images];
    this.stale = seed.stale;
    this.profiles = [...seed.profiles];
    this.keys = [...seed.keys];
    this.providers = [...seed.providers];
    this.routes = [...seed.routes];
    this.requests = [...seed.requests];
    this.endpoints = new EndpointState(seed.endpoints, (change) => this.publish(change));
    this.jobs = new JobState(seed.jobs, (change) => this.publish(change));
    this.secrets = [...seed.secrets];
    this.presets = [...seed.presets];
    this.system = seed.system;
  }

  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  publish(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }

  newId(prefix: string): string {
    this.#serial += 1;
    return `${prefix}${this.#serial.toString(16)}`;
  }

  profile(name: string): Profile {
    const found = this.profiles.find((one) => one.name === name);
    if (found === undefined) throw new BerthError("not_found", `no profile ${name}`, { param: "name" });
    return found;
  }

  #connect(name: string): void {
    const before = this.profile(name);
    const connection = {
      state: "connected" as const,
      reason: null,
      since: Date.now(),
      transport: "forward" as const,
    };
    this.profiles.splice(this.profiles.indexOf(before), 1, { ...before, connection });
    this.publish({ type: "profiles" });
  }

  /** By id, the start of an id, or name. */
  service(word: string): Service {
    const all = [...this.services.values()];
    const found =
      this.services.get(word) ??
      this.endpoints.replicas.get(word) ??
      all.find((one) => one.name === word) ??
      all.find((one) => one.id.startsWith(word));
    if (found === undefined) throw new BerthError("not_found", `no service ${word}`, { param: "id" });
    return found;
  }

  changeService(id: string, change: Partial<Service>, message?: string): Service {
    const service = { ...this.service(id), ...change, updatedAt: Date.now() };
    this.services.set(service.id, service);
    this.publish({ type: "service", service });
    if (message !== undefined) {
      const event: ServiceEvent = {
        id: Number.parseInt(this.newId(""), 16) + 2_000_000_000,
        serviceId: service.id,
        at: Date.now(),
        status: service.status,
        message,
        evidence: {},
      };
      this.events.push(event);
      this.publish({ type: "service-event", event });
    }
    return service;
  }

  removeService(id: string): void {
    const service = this.service(id);
    this.services.delete(service.id);
    this.publish({ type: "service-removed", id: service.id });
  }

  download(id: string): Download {
    const found = this.downloads.get(id);
    if (found === undefined) throw new BerthError("not_found", `no download ${id}`, { param: "id" });
    return found;
  }

  changeDownload(id: string, change: Partial<Download>): Download {
    const download = { ...this.download(id), ...change, updatedAt: Date.now() };
    this.downloads.set(id, download);
    this.publish({ type: "download", download });
    return download;
  }

  changePull(pull: ImagePull): ImagePull {
    this.pulls.set(pull.id, pull);
    this.publish({ type: "image-pull", pull });
    return pull;
  }

  log(id: string, line: string): void {
    this.logs.set(id, [...(this.logs.get(id) ?? []), line]);
  }
}
