import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expandOnly, modelJson, refsJson, treeJson } from "./hub-double-api.ts";
import { sendFile } from "./hub-double-body.ts";
import { type HubFault, HubFaults } from "./hub-double-faults.ts";
import { type HubDoubleRepo, type PreparedFile, type PreparedRepo, prepareRepo } from "./hub-double-repo.ts";

export type { HubContent } from "./hub-double-content.ts";
export type { HubDoubleRepo, HubFault };

/** Stands in for huggingface.co: the same paths, headers, redirects and refusals, and faults when asked for. */
export interface HubDouble extends AsyncDisposable {
  /** What `HF_ENDPOINT` is set to. */
  readonly endpoint: string;
  /** Every request so far, in order. */
  readonly requests: readonly HubRequest[];
  /** Bytes of files sent so far, by the hub and the store. */
  readonly bytesSent: number;
  setFaults(faults: readonly HubFault[]): void;
  close(): Promise<void>;
}

export interface HubRequest {
  readonly at: HubFault["at"];
  readonly method: string;
  readonly url: string;
  readonly range: string | undefined;
  readonly authorization: string | undefined;
}

export interface HubDoubleOptions {
  readonly repos: readonly HubDoubleRepo[];
  readonly faults?: readonly HubFault[];
  /** Keys the hub knows; any other is refused. */
  readonly tokens?: readonly string[];
  /** The address it listens at; loopback when absent. */
  readonly host?: string;
  /** The hub's own port; a free one when absent. */
  readonly port?: number;
  /** Entries on one page of a listing. */
  readonly pageSize?: number;
}

/** Starts a hub on one loopback port and its store of big files on another, so that a redirect leaves the origin. */
export async function startHubDouble(options: HubDoubleOptions): Promise<HubDouble> {
  const hub = new Hub(options);
  const servers = [
    createServer((...args) => hub.serve(...args)),
    createServer((...args) => hub.store(...args)),
  ];
  const [endpoint = "", store = ""] = await Promise.all(
    servers.map((server, index) =>
      listen(server, options.host ?? "127.0.0.1", index === 0 ? (options.port ?? 0) : 0),
    ),
  );
  hub.endpoint = endpoint;
  hub.storeOrigin = store;
  const close = async (): Promise<void> => {
    await Promise.all(
      servers.map((server) => {
        server.closeAllConnections();
        return new Promise((resolve) => server.close(resolve));
      }),
    );
  };
  return {
    endpoint,
    requests: hub.requests,
    get bytesSent() {
      return hub.bytesSent;
    },
    setFaults: (faults) => hub.faults.set(faults),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function listen(server: Server, host: string, port: number): Promise<string> {
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  return `http://${host}:${(server.address() as AddressInfo).port}`;
}

class Hub {
  readonly faults: HubFaults;
  readonly requests: HubRequest[] = [];
  bytesSent = 0;
  endpoint = "";
  storeOrigin = "";
  readonly #repos: ReadonlyMap<string, PreparedRepo>;
  readonly #options: HubDoubleOptions;
  readonly #faultsOf = new WeakMap<IncomingMessage, ReturnType<HubFaults["take"]>>();

  constructor(options: HubDoubleOptions) {
    this.#options = options;
    this.#repos = new Map(options.repos.map((repo) => [repo.id, prepareRepo(repo)]));
    this.faults = new HubFaults(options.faults ?? []);
  }

  serve(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? "/", this.endpoint);
    const at = url.pathname.startsWith("/api/") ? "api" : "resolve";
    if (this.#begin(at, request, response)) return;
    const token = request.headers.authorization?.replace(/^Bearer /, "");
    if (token !== undefined && !(this.#options.tokens ?? []).includes(token)) {
      return refuse(response, 401, null, "Invalid credentials in Authorization header");
    }
    if (url.pathname === "/api/whoami-v2") {
      if (token === undefined) return refuse(response, 401, null, "Invalid username or password.");
      return json(response, { type: "user", name: "tester", auth: { accessToken: { role: "read" } } });
    }
    if (url.pathname === "/api/models") return this.#search(url, response, token);
    if (at === "api") return this.#api(url, request, response, token);
    this.#resolve(url, request, response, token);
  }

  /** Where `resolve` sends those who want a big file. It knows no keys: the link itself is the permission. */
  store(request: IncomingMessage, response: ServerResponse): void {
    if (this.#begin("store", request, response)) return;
    const sha256 = (request.url ?? "").split("/")[1]?.split("?")[0];
    const commits = [...this.#repos.values()].flatMap((repo) => [
      ...repo.branches.values(),
      ...repo.tags.values(),
    ]);
    const file = commits.flatMap((commit) => commit.files).find((each) => each.sha256 === sha256);
    if (file === undefined) return refuse(response, 404, null, "no such object");
    this.#send("store", request, response, file, `"store-${file.sha256?.slice(0, 32)}"`);
  }

  /** Writes the request down; true when a fault has answered it. */
  #begin(at: HubFault["at"], request: IncomingMessage, response: ServerResponse): boolean {
    const { method = "GET", url = "/", headers } = request;
    this.requests.push({ at, method, url, range: headers.range, authorization: headers.authorization });
    const faults = this.faults.take(at, url);
    const status = faults.find((fault) => fault.kind === "status");
    this.#faultsOf.set(request, faults);
    if (status === undefined) return false;
    if (status.retryAfterSeconds !== undefined) response.setHeader("Retry-After", status.retryAfterSeconds);
    refuse(response, status.status, null, `fault ${status.status}`);
    return true;
  }

  #search(url: URL, response: ServerResponse, token: string | undefined): void {
    const query = url.searchParams;
    const words = (query.get("search") ?? "").toLowerCase();
    const task = query.get("pipeline_tag");
    const labels = query.getAll("filter");
    const found = [...this.#repos.values()].flatMap((repo) => {
      const commit = repo.find("main");
      if (commit === undefined || !visible(repo, token) || !repo.spec.id.toLowerCase().includes(words))
        return [];
      if (task !== null && repo.spec.task !== task) return [];
      const model = modelJson(repo, commit);
      if (!labels.every((label) => (model["tags"] as string[]).includes(label))) return [];
      return [expandOnly(model, query.getAll("expand"))];
    });
    const limit = Number(query.get("limit") ?? 100);
    this.#page(url, response, found, Math.min(limit, this.#options.pageSize ?? 500));
  }

  #api(url: URL, request: IncomingMessage, response: ServerResponse, token: string | undefined): void {
    const steps = url.pathname.slice("/api/models/".length).split("/").map(decodeURIComponent);
    const { repo, rest } = this.#findRepo(steps);
    if (repo === undefined || !visible(repo, token)) return noRepo(response, token);
    const [verb = "revision", revision = "main", ...below] = rest;
    if (verb === "refs") return json(response, refsJson(repo));
    const commit = repo.find(revision);
    if (commit === undefined) return noRevision(response, revision);
    if (verb === "revision") {
      return json(response, expandOnly(modelJson(repo, commit), url.searchParams.getAll("expand")));
    }
    const tree = treeJson(
      commit,
      verb === "paths-info" || isTrue(url.searchParams.get("recursive")),
      below.join("/"),
    );
    if (verb === "tree") return this.#page(url, response, tree, this.#options.pageSize ?? 1000);
    if (verb !== "paths-info" || request.method !== "POST") return refuse(response, 404, null, "Not found");
    void askedPaths(request).then((paths) => {
      json(
        response,
        tree.filter((entry) => paths.includes(entry["path"] as string)),
      );
    });
  }

  #resolve(url: URL, request: IncomingMessage, response: ServerResponse, token: string | undefined): void {
    const { repo, rest } = this.#findRepo(url.pathname.slice(1).split("/").map(decodeURIComponent));
    const [verb, revision = "", ...path] = rest;
    if (repo === undefined || !visible(repo, token) || verb !== "resolve") return noRepo(response, token);
    const commit = repo.find(revision);
    if (commit === undefined) return noRevision(response, revision);
    response.setHeader("X-Repo-Commit", commit.sha);
    const file = commit.files.find((each) => each.path === path.join("/"));
    if (file === undefined) return refuse(response, 404, "EntryNotFound", "Entry not found");
    if (!admitted(repo, token)) {
      const page = `${this.endpoint}/${repo.spec.id}`;
      const why = token === undefined ? "You must be authenticated" : "You must be granted access";
      const text = `Access to model ${repo.spec.id} is restricted. ${why} to access it. Visit ${page}`;
      return refuse(response, token === undefined ? 401 : 403, "GatedRepo", text);
    }
    if (file.sha256 === null) {
      return this.#send("resolve", request, response, file, `"${file.oid}"`);
    }
    response.writeHead(302, {
      Location: `${this.storeOrigin}/${file.sha256}?Signature=secret-of-the-link`,
      "X-Linked-Size": file.sizeBytes,
      "X-Linked-ETag": `"${file.sha256}"`,
      ETag: `"${file.oid}"`,
    });
    response.end();
  }

  #findRepo(steps: readonly string[]): { repo: PreparedRepo | undefined; rest: readonly string[] } {
    const repo = this.#repos.get(steps.slice(0, 2).join("/"));
    if (repo !== undefined) return { repo, rest: steps.slice(2) };
    return { repo: this.#repos.get(steps[0] ?? ""), rest: steps.slice(1) };
  }

  #page(url: URL, response: ServerResponse, entries: readonly unknown[], size: number): void {
    const start = Number(url.searchParams.get("cursor") ?? 0);
    if (start + size < entries.length) {
      const next = new URL(url);
      next.searchParams.set("cursor", String(start + size));
      response.setHeader("Link", `<${next.href}>; rel="next"`);
    }
    json(response, entries.slice(start, start + size));
  }

  #send(
    at: "resolve" | "store",
    request: IncomingMessage,
    response: ServerResponse,
    file: PreparedFile,
    etag: string,
  ): void {
    const faults = this.#faultsOf.get(request) ?? [];
    void sendFile(request, response, file, etag, faults, (bytes) => {
      this.bytesSent += bytes;
    });
  }
}

/** To those who may not see a private repository there is none. */
const visible = (repo: PreparedRepo, token: string | undefined): boolean =>
  repo.spec.private !== true || (repo.spec.readers ?? []).includes(token ?? "");

const admitted = (repo: PreparedRepo, token: string | undefined): boolean =>
  (repo.spec.gated ?? false) === false || (repo.spec.readers ?? []).includes(token ?? "");

const isTrue = (value: string | null): boolean => value === "true" || value === "1";

/** The hub tells strangers nothing of which repositories there are. */
function noRepo(response: ServerResponse, token: string | undefined): void {
  if (token === undefined) refuse(response, 401, "RepoNotFound", "Invalid username or password.");
  else refuse(response, 404, "RepoNotFound", "Repository not found");
}

const noRevision = (response: ServerResponse, revision: string): void =>
  refuse(response, 404, "RevisionNotFound", `Invalid rev id: ${revision}`);

function refuse(response: ServerResponse, status: number, code: string | null, message: string): void {
  if (code !== null) response.setHeader("X-Error-Code", code);
  response.setHeader("X-Error-Message", message);
  response.setHeader("Content-Type", "application/json; charset=utf-8");
  response.writeHead(status).end(JSON.stringify({ error: message }));
}

function json(response: ServerResponse, body: unknown): void {
  response.setHeader("Content-Type", "application/json; charset=utf-8");
  response.writeHead(200).end(JSON.stringify(body));
}

/** The Python client sends a form, the JavaScript one JSON. */
async function askedPaths(request: IncomingMessage): Promise<readonly string[]> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  if (!text.startsWith("{")) return new URLSearchParams(text).getAll("paths");
  return (JSON.parse(text) as { paths?: string[] }).paths ?? [];
}
