import type { IncomingMessage, ServerResponse } from "node:http";
import { BerthError, routes, type Change, type Route, type RouteInput, type RouteName } from "@berth/api";
import type { MockBytes, MockHandler } from "./handler.ts";
import { handlers } from "./handlers.ts";
import { readBody, sendJson } from "./reply.ts";
import type { MockState } from "./state.ts";

const table = Object.entries(routes).map(([name, route]) => ({
  name: name as RouteName,
  route: route as Route,
  pattern: new RegExp(`^${route.path.replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`),
}));

/** Answers one `/api/v1` request through the contract's own schemas, so that the mock cannot drift from it. */
export async function answerManagement(
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
  state: MockState,
  signal: AbortSignal,
): Promise<void> {
  const match = table
    .map((entry) => ({ ...entry, found: entry.pattern.exec(url.pathname) }))
    .find((entry) => entry.found !== null && entry.route.method === request.method);
  if (match === undefined) throw new BerthError("not_found", `no route ${url.pathname}`);
  const failure = state.failures.get(match.name);
  if (failure !== undefined) throw failure;
  if (match.name === "streamEvents") return streamChanges(state, response, signal);

  const params = Object.fromEntries(
    Object.entries(match.found?.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]),
  );
  const body = match.route.body === undefined ? undefined : await readInput(request);
  const input = {
    params: parsed(match.route.params, params),
    query: parsed(match.route.query, Object.fromEntries(url.searchParams)),
    body: parsed(match.route.body, body),
  } as RouteInput<Route>;
  const handler = handlers[match.name] as MockHandler<Route> | undefined;
  if (handler === undefined) throw new BerthError("unsupported", `the mock has no ${match.name}`);
  const result: unknown = handler(input, state.world, signal);
  switch (match.route.reply) {
    case "json":
      return sendJson(response, match.route.status, parsed(match.route.response, result));
    case "empty":
      return void response.writeHead(204).end();
    case "raw": {
      const { contentType, text } = result as MockBytes;
      return void response.writeHead(match.route.status, { "content-type": contentType }).end(text);
    }
    case "text":
    case "events":
      response.writeHead(200, { "content-type": "text/plain; charset=utf-8" });
      for await (const part of result as AsyncIterable<string>) response.write(part);
      response.end();
  }
}

/** JSON, or a form: its texts by their names, and its files in a list. */
async function readInput(request: IncomingMessage): Promise<unknown> {
  const type = request.headers["content-type"] ?? "";
  const text = await readBody(request);
  if (text === "") return undefined;
  if (!type.startsWith("multipart/form-data")) return JSON.parse(text);
  const form = await new Response(text, { headers: { "content-type": type } }).formData();
  return { ...Object.fromEntries(form), file: form.getAll("file") };
}

function parsed(schema: Route["body"], value: unknown): unknown {
  if (schema === undefined) return undefined;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const param = issue?.path.join(".") ?? "";
  throw new BerthError("invalid_request", `${param}: ${issue?.message ?? "is wrong"}`, { param });
}

async function streamChanges(state: MockState, response: ServerResponse, signal: AbortSignal): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  response.write(": hello\n\n");
  const send = (change: Change): void =>
    void response.write(`event: ${change.type}\ndata: ${JSON.stringify(change)}\n\n`);
  const unsubscribe = state.world.subscribe(send);
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  unsubscribe();
}
