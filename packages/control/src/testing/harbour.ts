import {
  BerthError,
  hasEnded,
  type Change,
  type Model,
  type Profile,
  type Cluster,
  type Runtime,
} from "@berth/api";
import type { Engine, EnginePlan } from "@berth/engines";
import { FakeClock } from "@berth/std/clock";
import type { ServiceRow } from "@berth/store";
import type { ConfiguredRoute } from "../providers/configured-route.ts";
import type { RoutedProvider } from "../providers/routed-provider.ts";
import { ServiceControl, type ServiceControlOptions } from "../service-control.ts";
import { Changes } from "../services/changes.ts";
import { lastAttemptOf, launchIdOf } from "../services/launch-ref.ts";
import { MemoryServices } from "./memory-services.ts";
import { model } from "./model.ts";
import { Sea } from "./sea.ts";

export const here: Profile = {
  id: "here",
  name: "here",
  default: true,
  status: "ready",
  statusReason: null,
  schema: "local",
  slurm: null,
  connection: null,
  home: "/home",
  cache: "/cache",
};

export const cluster: Profile = {
  ...here,
  id: "della",
  name: "della",
  default: false,
  schema: "slurm",
  slurm: { host: "della" },
  connection: { state: "connected", reason: null, since: null, transport: "forward" },
  home: "/scratch/me/berth",
  cache: "/shared/models",
};

export const plan: EnginePlan = {
  program: { kind: "embedded", engine: "llama-cpp", config: {} },
  listen: { kind: "socket" },
  healthPath: "/health",
  startTimeoutMs: 60_000,
  contextTokens: 2048,
  parallel: 4,
  threads: 2,
  memoryMiB: 100,
  warnings: [],
};

export const llama: Engine = {
  name: "llama-cpp",
  tasks: ["text-generation", "feature-extraction"],
  accepts: ({ repo }) =>
    repo.includes("onnx") ? { ok: false, reason: "it is no GGUF model" } : { ok: true },
  plan: ({ options }) => {
    if (options.lora?.some(({ path }) => !path.startsWith("/")) === true)
      throw new BerthError("invalid_request", "give the file by its absolute path", {
        param: "options.lora",
      });
    return plan;
  },
};

export const anyCommand: Engine = {
  name: "command",
  tasks: ["unknown"],
  accepts: () => ({ ok: true }),
  plan: ({ command }) => ({
    ...plan,
    program: { kind: "command", argv: command?.argv ?? [], env: command?.env ?? {}, cwd: null },
    listen: { kind: "port" },
    memoryMiB: null,
    threads: 0,
  }),
};

/** The server was killed: nothing it still tries has any effect. */
export class Killed extends Error {}

/** Before an effect, after it, or after a launch was begun that shows only a while later. */
export type Moment = "before" | "after" | "late";
const lateMs = 40;

interface Server {
  dead: boolean;
}

/** A sea, a store and a clock that outlive the servers one starts here; and the ways in which a server can be killed. */
export class Harbour {
  readonly clock = new FakeClock();
  readonly sea = new Sea();
  readonly store = new MemoryServices();
  readonly changes: Change[] = [];
  readonly errors: unknown[] = [];
  models: Model[] = [model()];
  profiles: Profile[] = [here];
  providers: readonly RoutedProvider[] = [];
  configured: readonly ConfiguredRoute[] = [];
  busyPorts: number[] = [];
  freeMemoryMiB = 8_000;
  /** Files on every profile, by what they are images of. */
  imageFiles: Record<string, string> = {};
  /** Of every cluster, as last seen. */
  clusterRuntimes: readonly Runtime[] | undefined;
  /** How many effects there were since `killAt`. */
  effects = 0;
  /** The server that runs; absent when it was killed. */
  control: ServiceControl | undefined;
  #killAt: { readonly effect: number; readonly when: Moment } | undefined;
  #server: Server = { dead: false };
  #ids = 0;

  /** Starts a server on what is there; one that ran before is killed. */
  async start(options: Partial<ServiceControlOptions> = {}): Promise<ServiceControl> {
    this.kill();
    const server = { dead: false };
    this.#server = server;
    const changes = new Changes();
    changes.subscribe((change) => this.changes.push(change));
    const store = this.#guarded(this.store, server);
    const control = new ServiceControl({
      store: { services: store, events: store },
      changes,
      profiles: { list: () => Promise.resolve(this.profiles) },
      launcherOf: () => this.#guarded(this.sea, server),
      names: { providers: () => this.providers, configured: () => this.configured },
      probe: (url, secret) => this.sea.probe(url, secret),
      models: {
        // what lies here is staged wherever it is needed
        list: ({ name }) =>
          Promise.resolve(this.models.filter(({ profile }) => profile === "here" || profile === name)),
        inspect: (path) => Promise.resolve(model({ repo: "by-path", revision: "local", path })),
      },
      engines: [llama, anyCommand],
      images: { find: (reference) => Promise.resolve(this.imageFiles[reference]) },
      rememberedCluster: () =>
        this.clusterRuntimes === undefined ? undefined : clusterWith(this.clusterRuntimes),
      machine: {
        read: () =>
          Promise.resolve({ cpuCores: 4, totalMemoryMiB: 8_000, freeMemoryMiB: this.freeMemoryMiB }),
      },
      ports: {
        isFree: (port) => Promise.resolve(!this.busyPorts.includes(port)),
        holder: () => Promise.resolve("python3 (pid 42)"),
      },
      portRange: { first: 8080, last: 8089 },
      random: () => 0.5,
      clock: this.clock,
      homeId: "home",
      newId: () => `${["ab", "cd", "ef"][this.#ids++ % 3]}${String(this.#ids).padStart(10, "0")}`,
      newSecret: () => "runner-secret",
      onError: (error) => this.errors.push(error),
      ...options,
    });
    this.control = control;
    await control.start();
    return control;
  }

  /** As by `kill -9`: at once, with nothing cleaned up. */
  kill(): void {
    this.#killThe(this.#server);
  }

  #killThe(server: Server): void {
    server.dead = true;
    if (server !== this.#server) return;
    void this.control?.close();
    this.control = undefined;
  }

  /** Kills the server at its effect number `effect` from now. */
  killAt(effect: number, when: Moment): void {
    this.effects = 0;
    this.#killAt = { effect, when };
  }

  async row(id: string): Promise<ServiceRow> {
    const row = await this.store.getService(id);
    if (row === undefined) throw new Error(`there is no service ${id}`);
    return row;
  }

  /** Lets time pass in small steps until the service is in one of the statuses; throws after `limitMs`. */
  async until(id: string, ...statuses: ServiceRow["service"]["status"][]): Promise<ServiceRow> {
    const limitMs = 300_000;
    for (let waited = 0; waited <= limitMs; waited += 100) {
      const row = await this.row(id);
      if (statuses.includes(row.service.status)) return row;
      await this.clock.advance(100);
    }
    const { service } = await this.row(id);
    throw new Error(`it is ${service.status} (${service.statusReason}), not ${statuses.join(" or ")}`);
  }

  async statuses(id: string): Promise<string[]> {
    return (await this.store.listServiceEvents(id)).map((event) => event.status);
  }

  /** What must hold whenever a server has just written. */
  async #check(before: ServiceRow | undefined, id: string): Promise<void> {
    const row = await this.store.getService(id);
    if (row === undefined) return;
    const { violations } = this.sea;
    const { status } = row.service;
    if (before !== undefined && row.attempt < before.attempt) violations.push("the attempt went back");
    const highest = before === undefined ? 0 : lastAttemptOf(before);
    if (before !== undefined && lastAttemptOf(row) > highest + 1) violations.push("an attempt was left out");
    if (hasEnded(status) && this.sea.isRunning(id)) violations.push(`${status}, and its process runs`);
    if (before !== undefined && hasEnded(before.service.status)) {
      if (!hasEnded(status) && status !== "SUBMITTED") violations.push(`${before.service.status} moved`);
    } else if (hasEnded(status) && row.attempt > 0 && !this.sea.toldOver.has(launchIdOf(id, row.attempt))) {
      violations.push(`${status} although its end could not be seen`);
    }
  }

  async #later(call: () => unknown): Promise<void> {
    await this.clock.sleep(lateMs);
    try {
      await call();
    } catch (error) {
      // nobody waits for it any more
      this.errors.push(error);
    }
  }

  /** Something that outlives servers, as the one that runs now may use it: a kill ends that. */
  guarded<T extends object>(target: T): T {
    return this.#guarded(target, this.#server);
  }

  #guarded<T extends object>(target: T, server: Server): T {
    return new Proxy(target, {
      get: (_target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== "function") return member;
        return (...given: unknown[]): unknown => {
          const call = (): unknown => Reflect.apply(member, target, given);
          if (server.dead) throw new Killed();
          return effects.has(String(name)) ? this.#effect(server, String(name), call, given[0]) : call();
        };
      },
    });
  }

  async #effect(server: Server, name: string, call: () => unknown, subject: unknown): Promise<unknown> {
    this.effects += 1;
    const due = this.#killAt?.effect === this.effects ? this.#killAt.when : undefined;
    if (due === "before" || due === "late") {
      this.#killThe(server);
      if (due === "late" && name === "launch") void this.#later(call);
      throw new Killed();
    }
    const id = idOf(subject);
    const before = id === undefined ? undefined : await this.store.getService(id);
    const result = await call();
    if (id !== undefined) await this.#check(before, id);
    if (due === "after") this.#killThe(server);
    if (server.dead) throw new Killed();
    return result;
  }
}

const effects = new Set([
  "insertService",
  "putService",
  "deleteService",
  "launch",
  "stop",
  "forget",
  "putEndpoint",
  "deleteEndpoint",
]);

function idOf(subject: unknown): string | undefined {
  if (typeof subject !== "object" || subject === null) return undefined;
  return "service" in subject ? (subject as ServiceRow).service.id : undefined;
}

/** A cluster of which nothing but its runtimes is known. */
function clusterWith(runtimes: readonly Runtime[]): Cluster {
  return {
    slurmVersion: null,
    partitions: [],
    accounts: null,
    qos: [],
    runtimes: [...runtimes],
    arch: null,
    hasAccounting: false,
    seenAt: 0,
  };
}
