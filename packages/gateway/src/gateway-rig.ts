import { hash } from "node:crypto";
import { createServer, request as httpRequest, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { systemClock } from "@berth/std/clock";
import type { CalledJob } from "./called-job.ts";
import { takeFastPath } from "./fast-path/fast-path.ts";
import { createGateway, type Gateway, type GatewayOptions } from "./gateway.ts";
import type { GatewayLimits } from "./limits.ts";
import type { NamedRoute, ProviderTarget, ProviderUpstream, RoutePolicy } from "@berth/api";
import { unbounded } from "./ports.ts";
import type {
  Observation,
  Principal,
  RouteSource,
  RoutingSnapshot,
  ServiceUpstream,
  Upstream,
  Usage,
} from "./ports.ts";

/** Keys that every rig knows. */
export const keys = {
  any: "sk-berth-any",
  adminOnly: "sk-berth-admin-only",
  pilotOnly: "sk-berth-pilot-only",
  ada: "sk-berth-ada",
  bob: "sk-berth-bob",
  /** Ada's, for one of her endpoints. */
  adaChatOnly: "sk-berth-ada-chat-only",
} as const;

const principals: ReadonlyMap<string, Principal> = new Map<string, Principal>([
  [sha256(keys.ada), { keyId: "ada", scopes: ["inference"], models: null, owner: "ada", ...unbounded }],
  [sha256(keys.bob), { keyId: "bob", scopes: ["inference"], models: null, owner: "bob", ...unbounded }],
  [
    sha256(keys.adaChatOnly),
    { keyId: "ada-chat", scopes: ["inference"], models: ["ada/chat"], owner: "ada", ...unbounded },
  ],
  [sha256(keys.any), { keyId: "any", scopes: ["inference"], models: null, ...unbounded }],
  [sha256(keys.adminOnly), { keyId: "admin-only", scopes: ["admin"], models: null, ...unbounded }],
  [
    sha256(keys.pilotOnly),
    { keyId: "pilot-only", scopes: ["inference"], models: ["berth/pilot"], ...unbounded },
  ],
]);

/** Deadlines short enough for tests that wait for them, and long enough for all others. */
export const quick: Partial<GatewayLimits> = { tickMs: 10, lingerMs: 500, firstCommentMs: 30, commentMs: 30 };

export function sha256(text: string): string {
  return hash("sha256", text, "hex");
}

export function upstream(
  changes: Partial<ServiceUpstream> & { readonly url?: string } = {},
): ServiceUpstream {
  const { url, ...rest } = changes;
  return {
    kind: "service",
    serviceId: "svc-1",
    name: "pilot",
    model: "berth/pilot",
    task: "text-generation",
    state: url === undefined ? starting() : { kind: "ready", address: { url }, secret: "the-secret" },
    apiKeyHash: undefined,
    contextTokens: 2048,
    createdAtMs: 1_700_000_000_000,
    anyPath: false,
    takesUploads: true,
    gpus: 0,
    ...rest,
  };
}

/** A model of an inference server at `url`, which speaks OpenAI unless told. */
export function provider(
  changes: Partial<Omit<ProviderUpstream, "target">> & {
    readonly url?: string;
    readonly target?: Partial<ProviderTarget>;
  } = {},
): ProviderUpstream {
  const { url = "http://127.0.0.1:1", target, ...rest } = changes;
  const id = rest.id ?? "acme/big";
  return {
    kind: "provider",
    name: id.slice(id.indexOf("/") + 1),
    model: "upstream-big",
    task: "text-generation",
    contextTokens: 8192,
    createdAtMs: 1_700_000_000_000,
    isDown: false,
    maxOutputTokens: null,
    price: null,
    prompt: null,
    defaults: {},
    ...rest,
    id,
    target: {
      providerId: "prv-1",
      provider: id.slice(0, id.indexOf("/")),
      kind: "openai-compatible",
      url: `${url}/v1`,
      auth: { kind: "header", name: "authorization", value: "Bearer upstream-secret" },
      options: {},
      maxParallel: null,
      connectMs: null,
      firstTokenMs: null,
      ...target,
    },
  };
}

export function starting(reason = "loading 62 %"): Extract<ServiceUpstream["state"], { kind: "starting" }> {
  return { kind: "starting", reason, expectedReadyAtMs: undefined };
}

const emptySnapshot: RoutingSnapshot = {
  version: 0,
  routes: new Map(),
  endpoints: new Map(),
  patterns: [],
  fallback: undefined,
  ports: new Map(),
  anyPath: undefined,
};

const ownName: RoutePolicy = {
  route: undefined,
  strategy: "least-outstanding",
  retries: 1,
  firstTokenMs: null,
  cache: null,
  logBodies: false,
};

/** Routes that a test changes as the control plane would. Every upstream is callable by its three names. */
export class TestRoutes implements RouteSource {
  readonly #listeners = new Set<() => void>();
  #snapshot: RoutingSnapshot = emptySnapshot;

  set(upstreams: readonly ServiceUpstream[], ports: ReadonlyMap<number, ServiceUpstream> = new Map()): void {
    const routes = new Map<string, NamedRoute>();
    for (const upstream of upstreams) {
      for (const name of new Set([upstream.name, upstream.serviceId, upstream.model])) {
        const before = routes.get(name)?.upstreams ?? [];
        routes.set(name, { policy: ownName, upstreams: [...before, { upstream, weight: 1, group: 0 }] });
      }
    }
    this.#snapshot = { ...emptySnapshot, version: this.#snapshot.version + 1, routes, ports };
    for (const listener of this.#listeners) listener();
  }

  /** One configured route, and nothing else. */
  route(name: string, upstreams: readonly Upstream[], policy: Partial<RoutePolicy> = {}): void {
    const routed = upstreams.map((one, group) => ({ upstream: one, weight: 1, group }));
    const route = { policy: { ...ownName, route: name, ...policy }, upstreams: routed };
    this.#snapshot = {
      ...emptySnapshot,
      version: this.#snapshot.version + 1,
      routes: new Map([[name, route]]),
    };
    for (const listener of this.#listeners) listener();
  }

  /** The snapshot with these parts in place of its own. */
  change(changes: Partial<RoutingSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, version: this.#snapshot.version + 1, ...changes };
    for (const listener of this.#listeners) listener();
  }

  snapshot(): RoutingSnapshot {
    return this.#snapshot;
  }

  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

export interface Rig extends AsyncDisposable {
  readonly port: number;
  readonly server: Server;
  /** How many connections of clients are open now. */
  readonly clientConnections: number;
  readonly gateway: Gateway;
  readonly routes: TestRoutes;
  readonly woken: string[];
  readonly suspected: string[];
  readonly usage: Usage[];
  readonly observed: Observation[];
  /** Errors that nobody foresaw. */
  readonly reported: unknown[];
}

export interface RigOptions {
  readonly upstreams?: readonly ServiceUpstream[];
  readonly limits?: Partial<GatewayLimits>;
  /** Every request is taken as one to this service's port. */
  readonly servicePort?: number;
  readonly principal?: Principal;
  /** Every request is taken as a call of such a job. */
  readonly job?: CalledJob;
  readonly onWake?: (serviceId: string) => void;
  readonly clock?: GatewayOptions["clock"];
  readonly isPeer?: NonNullable<GatewayOptions["isPeer"]>;
  readonly forbids?: NonNullable<GatewayOptions["forbids"]>;
  /** Whether plain POSTs are answered without node:http; so they are unless told. */
  readonly isFast?: boolean;
  readonly keyLimits?: NonNullable<GatewayOptions["keyLimits"]>;
}

/** A gateway behind a real socket, with everything around it in the test's hands. */
export async function startRig(options: RigOptions = {}): Promise<Rig> {
  const routes = new TestRoutes();
  routes.set(options.upstreams ?? []);
  const woken: string[] = [];
  const suspected: string[] = [];
  const usage: Usage[] = [];
  const observed: Observation[] = [];
  const reported: unknown[] = [];
  let ids = 0;
  const gateway = createGateway({
    routes,
    keys: { verifyHash: (keyHash) => principals.get(keyHash) },
    activator: {
      wake(serviceId) {
        woken.push(serviceId);
        options.onWake?.(serviceId);
      },
      suspect: (providerId) => suspected.push(providerId),
    },
    usage: { record: (one) => usage.push(one) },
    observe: (one) => observed.push(one),
    report: (error) => reported.push(error),
    clock: options.clock ?? systemClock,
    newId: () => `req-${(ids += 1)}`,
    limits: { ...quick, ...options.limits },
    ...(options.isPeer === undefined ? {} : { isPeer: options.isPeer }),
    ...(options.forbids === undefined ? {} : { forbids: options.forbids }),
    ...(options.keyLimits === undefined ? {} : { keyLimits: options.keyLimits }),
  });
  const server = createServer((request, response) => {
    void gateway.handle(request, response, {
      servicePort: options.servicePort,
      principal: options.principal,
      job: options.job,
    });
  });
  const fast =
    options.isFast === false
      ? undefined
      : takeFastPath(server, {
          takes: () => true,
          handle: (request, response) =>
            void gateway.handle(request, response, {
              servicePort: options.servicePort,
              principal: options.principal,
              job: options.job,
            }),
          keepAliveSeconds: 65,
        });
  let clientConnections = 0;
  server.on("connection", (socket: Socket) => {
    clientConnections += 1;
    socket.once("close", () => (clientConnections -= 1));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    server,
    get clientConnections() {
      return clientConnections;
    },
    gateway,
    routes,
    woken,
    suspected,
    usage,
    observed,
    reported,
    async [Symbol.asyncDispose]() {
      await gateway.drain(AbortSignal.abort());
      server.closeAllConnections();
      fast?.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export interface CallOptions {
  readonly method?: string;
  readonly path?: string;
  readonly key?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly bytes?: Uint8Array;
  /** Aborting is a client that leaves. */
  readonly signal?: AbortSignal;
  readonly onPiece?: (piece: Buffer) => void;
}

export interface Called {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
  /** Whether the answer ended as HTTP wants it; false when the connection was lost before. */
  readonly complete: boolean;
}

/** One request over a connection of its own. Rejects only when there was not even a head. */
export function call(port: number, options: CallOptions = {}): Promise<Called> {
  const bytes =
    options.bytes ?? (options.body === undefined ? undefined : Buffer.from(JSON.stringify(options.body)));
  const key = options.key === undefined ? keys.any : options.key;
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      host: "127.0.0.1",
      port,
      agent: false,
      method: options.method ?? (bytes === undefined ? "GET" : "POST"),
      path: options.path ?? "/v1/chat/completions",
      headers: {
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(bytes === undefined
          ? {}
          : { "content-type": "application/json", "content-length": bytes.length }),
        ...options.headers,
      },
      signal: options.signal,
    });
    request.on("error", reject);
    request.on("response", (response) => {
      const pieces: Buffer[] = [];
      response.on("data", (piece: Buffer) => {
        pieces.push(piece);
        options.onPiece?.(piece);
      });
      // the loss of the connection shows in `complete`
      response.on("error", () => undefined);
      response.once("close", () => {
        const all = Buffer.concat(pieces);
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          bytes: all,
          text: all.toString(),
          complete: response.complete,
        });
      });
    });
    request.end(bytes);
  });
}

/** Resolves with the first truthy value of `look`, which is asked again until then. Rejects after two seconds. */
export async function eventually<T>(look: () => T | undefined | false, what: string, ms = 2_000): Promise<T> {
  const until = performance.now() + ms;
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > until) throw new Error(`not within ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Rejects when the promise takes longer than a client would bear. */
export async function soon<T>(promise: Promise<T>, what: string, ms = 2_000): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${ms} ms: ${what}`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A form with these fields after its file, as `call` takes it. */
export function form(
  fields: Readonly<Record<string, string>>,
  { file = Buffer.from("some audio"), boundary = "a-boundary" } = {},
): Pick<CallOptions, "bytes" | "headers"> {
  const parts = [
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\nContent-Type: audio/wav\r\n\r\n`,
    file,
    "\r\n",
    ...Object.entries(fields).map(
      ([name, value]) =>
        `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    ),
    `--${boundary}--\r\n`,
  ];
  return {
    bytes: Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : part))),
    headers: { "content-type": `multipart/form-data; boundary=${boundary}` },
  };
}
