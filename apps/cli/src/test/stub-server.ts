import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  BerthError,
  errorBody,
  isBerthError,
  routes,
  type Route,
  type RouteInput,
  type RouteName,
  type RouteResponse,
  type Routes,
} from "@berth/api";

type Answer<R extends Route> = R["reply"] extends "json"
  ? RouteResponse<R>
  : R["reply"] extends "empty"
    ? void
    : R["reply"] extends "raw"
      ? RawAnswer
      : Iterable<string> | AsyncIterable<string>;

/** Bytes with a status and a type of their own. */
export interface RawAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly bytes: Uint8Array | string;
}

/** What the stub answers on each route a test needs; all others are refused as `unsupported`. */
export type StubHandlers = {
  readonly [N in RouteName]?: (
    input: RouteInput<Routes[N]>,
  ) => Answer<Routes[N]> | Promise<Answer<Routes[N]>>;
};

export interface Asked {
  readonly route: string;
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

export interface StubServer {
  readonly url: string;
  readonly port: number;
  /** Every management call so far, parsed. */
  readonly asked: readonly Asked[];
  close(): Promise<void>;
}

export interface StubOptions {
  readonly handlers: StubHandlers;
  /** The only key it knows. */
  readonly key: string;
  /** Answers `/v1` and `/e`. */
  readonly inference?: (request: IncomingMessage, response: ServerResponse, body: string) => void;
}

/** A server made of the route table: it refuses what the real one would, and breaks when a test answers out of schema. */
export async function startStub(options: StubOptions): Promise<StubServer> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void readBody(request)
      .then((body) => serve(request, response, body, options, asked))
      .catch((error: unknown) => tell(response, error));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  body: string,
  { handlers, key, inference }: StubOptions,
  asked: Asked[],
): Promise<void> {
  response.setHeader("x-request-id", "req-stub-1");
  const url = new URL(request.url ?? "/", "http://stub");
  if (request.headers.authorization !== `Bearer ${key}`)
    throw new BerthError("invalid_api_key", "the key is wrong");
  if (/^\/(v1|e)\//.test(url.pathname) && inference !== undefined) return inference(request, response, body);
  const match = matchRoute(request.method ?? "", url.pathname);
  if (match === undefined) throw new BerthError("not_found", `no route ${url.pathname}`);
  const route: Route = routes[match.name];
  const input = {
    params: parse(route.params, match.params),
    query: parse(route.query, Object.fromEntries(url.searchParams)),
    body: parse(route.body, body === "" ? undefined : await readInput(body, request)),
  };
  asked.push({ route: match.name, ...input });
  const handler = handlers[match.name] as ((input: unknown) => unknown) | undefined;
  if (handler === undefined) throw new BerthError("unsupported", `the test does not expect ${match.name}`);
  await reply(route, response, await handler(input));
}

async function reply(route: Route, response: ServerResponse, value: unknown): Promise<void> {
  response.statusCode = route.status;
  switch (route.reply) {
    case "empty":
      response.end();
      return;
    case "json":
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(route.response?.parse(value)));
      return;
    case "raw": {
      const { status, contentType, bytes } = value as RawAnswer;
      response.writeHead(status, { "content-type": contentType }).end(bytes);
      return;
    }
    case "text":
    case "events":
      response.setHeader("content-type", route.reply === "text" ? "text/plain" : "text/event-stream");
      response.flushHeaders();
      for await (const piece of value as AsyncIterable<string>) response.write(piece);
      response.end();
  }
}

function matchRoute(
  method: string,
  path: string,
): { readonly name: RouteName; readonly params: Record<string, string> } | undefined {
  for (const name of Object.keys(routes) as RouteName[]) {
    if (routes[name].method !== method) continue;
    const pattern = new RegExp(`^${routes[name].path.replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`);
    const match = pattern.exec(path);
    if (match === null) continue;
    const params = Object.entries(match.groups ?? {}).map(([key, value]) => [key, decodeURIComponent(value)]);
    return { name, params: Object.fromEntries(params) as Record<string, string> };
  }
  return undefined;
}

/** JSON, or a form: its texts by their names and its files in lists. */
async function readInput(body: string, { headers }: IncomingMessage): Promise<unknown> {
  const type = headers["content-type"] ?? "";
  if (!type.startsWith("multipart/form-data")) return JSON.parse(body);
  const form = await new Response(body, { headers: { "content-type": type } }).formData();
  const files = form.getAll("file");
  return { ...Object.fromEntries(form), ...(files.length === 0 ? {} : { file: files }) };
}

function parse(schema: Route["body"], value: unknown): unknown {
  if (schema === undefined) {
    const isEmpty = value === undefined || Object.keys(value as object).length === 0;
    if (!isEmpty) throw new BerthError("unknown_parameter", `not expected: ${JSON.stringify(value)}`);
    return undefined;
  }
  const result = schema.safeParse(value);
  if (!result.success) throw new BerthError("invalid_request", result.error.issues[0]?.message ?? "invalid");
  return result.data;
}

function tell(response: ServerResponse, error: unknown): void {
  const told = isBerthError(error)
    ? error.toBody()
    : errorBody("internal", `the stub broke: ${error instanceof Error ? error.message : String(error)}`);
  if (!response.headersSent) {
    response.statusCode = isBerthError(error) ? error.status : 500;
    response.setHeader("content-type", "application/json");
  }
  response.end(JSON.stringify(told));
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const piece of request.setEncoding("utf8")) body += String(piece);
  return body;
}
