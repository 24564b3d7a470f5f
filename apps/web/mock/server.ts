import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { BerthError, csrfHeader, errorBody, isBerthError, sessionCookie, type RouteName } from "@berth/api";
import { chatRequestSchema } from "@berth/api/openai";
import { streamChat } from "./chat.ts";
import { serveFile } from "./files.ts";
import { live } from "./life.ts";
import { answerManagement } from "./management.ts";
import { readBody, sendJson } from "./reply.ts";
import { seed, type SeedName } from "./seed.ts";
import { answerSession, csrfToken } from "./session.ts";
import { hear } from "./speech.ts";
import type { MockState } from "./state.ts";
import { World } from "./world.ts";

export { World } from "./world.ts";

/** Berth's API made of memory: every route the console calls, with data that moves, and levers for tests. */
export interface MockServer {
  readonly url: string;
  readonly world: World;
  /** The code that opens a session; any number of times. */
  readonly code: string;
  /** The next calls of the route get this instead of an answer. */
  fail(route: RouteName, error: BerthError): void;
  heal(route: RouteName): void;
  /** Refuses every connection until `up`, as a stopped server would. */
  down(): void;
  up(): void;
  close(): Promise<void>;
}

export interface MockOptions {
  readonly seed?: SeedName;
  readonly port?: number;
  /** Start logged in: no code is asked. */
  readonly open?: boolean;
  /** Whether downloads and launches go on by themselves. */
  readonly moving?: boolean;
  /** A built console to serve at `/`. */
  readonly distDir?: string;
}

/** Listens on loopback until closed. */
export async function startMock(options: MockOptions = {}): Promise<MockServer> {
  const world = new World(seed(options.seed ?? "typical", Date.now()));
  const state: MockState = {
    world,
    code: "wren-7431",
    open: options.open ?? false,
    down: false,
    failures: new Map(),
  };
  const still = options.moving === false ? () => undefined : live(world);
  const server = createServer((request, response) => {
    void answer(request, response, state, options.distDir).catch((error: unknown) => {
      if (!response.headersSent) refuse(response, error);
      else response.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    world,
    code: state.code,
    fail: (route, error) => void state.failures.set(route, error),
    heal: (route) => void state.failures.delete(route),
    down: () => {
      state.down = true;
      server.closeAllConnections();
    },
    up: () => {
      state.down = false;
    },
    close: () => {
      still();
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  state: MockState,
  distDir: string | undefined,
): Promise<void> {
  if (state.down) return void request.socket.destroy();
  const url = new URL(request.url ?? "/", "http://mock");
  const left = new AbortController();
  response.on("close", () => left.abort(new Error("the caller left")));
  const hasCookie = (request.headers.cookie ?? "").includes(`${sessionCookie}=mock`);
  const loggedIn = state.open || (hasCookie && request.headers[csrfHeader] === csrfToken);
  if (url.pathname === "/api/v1/session") return await answerSession(request, response, state, loggedIn);
  if (request.method === "POST" && url.pathname.startsWith("/e/"))
    return await answerCall(url.pathname, request, response, entered(state, loggedIn));
  if (!url.pathname.startsWith("/api/") && !url.pathname.startsWith("/v1/"))
    return serveFile(url.pathname, response, distDir);
  entered(state, loggedIn);
  if (url.pathname.startsWith("/v1/")) return await openAi(url, request, response, state.world, left.signal);
  await answerManagement(url, request, response, state, left.signal);
}

/** The world, for those who are logged in. */
function entered(state: MockState, loggedIn: boolean): World {
  if (!loggedIn) throw new BerthError("session_expired", "log in: run `berth open`");
  return state.world;
}

/** A call of an endpoint: what was sent comes back, with a word of the endpoint's. */
async function answerCall(
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
  world: World,
): Promise<void> {
  const called = [...world.endpoints.endpoints.values()].find(({ paths }) =>
    path.startsWith(paths.predict.replace(/predict$/, "")),
  );
  if (called === undefined) throw new BerthError("not_found", `no endpoint answers at ${path}`);
  const body = await readBody(request);
  world.lastCall = { path, body };
  if (called.status === "PAUSED") throw new BerthError("conflict", `${called.fullName} is paused`);
  sendJson(response, 200, { from: called.fullName, got: JSON.parse(body) });
}

async function openAi(
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
  world: World,
  signal: AbortSignal,
): Promise<void> {
  if (url.pathname === "/v1/models") {
    const data = [...world.services.values()]
      .filter((one) => !["STOPPED", "FAILED"].includes(one.status))
      .map((one) => ({
        id: one.name,
        object: "model",
        created: Math.floor(one.createdAt / 1000),
        owned_by: "berth",
        root: one.model,
        task: one.task,
        status: one.status === "HEALTHY" ? "ready" : "starting",
        context_length: one.contextTokens,
      }));
    return sendJson(response, 200, { object: "list", data: [...data, ...outside(world)] });
  }
  if (url.pathname === "/v1/audio/transcriptions") {
    world.lastForm = await readBody(request);
    return await stream(response, hear(world, signal));
  }
  const body = chatRequestSchema.parse(JSON.parse(await readBody(request)));
  await stream(response, streamChat(body, world, signal));
}

/** What can be called beside the services: providers' models and configured routes. */
function outside(world: World): object[] {
  const told = { object: "model", created: 0, status: "ready" };
  const models = world.providers
    .filter(({ enabled }) => enabled)
    .flatMap(({ name, models: ofIt }) =>
      ofIt.map(({ name: model, task, contextTokens }) => ({
        ...told,
        id: `${name}/${model}`,
        owned_by: name,
        task,
        context_length: contextTokens,
      })),
    );
  const routes = world.routes.filter(({ match }) => match === "exact");
  return [...models, ...routes.map(({ name }) => ({ ...told, id: name, owned_by: "berth" }))];
}

async function stream(response: ServerResponse, events: AsyncGenerator<string>): Promise<void> {
  const first = await events.next();
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  if (first.done !== true) response.write(first.value);
  for await (const text of events) response.write(text);
  response.end();
}

function refuse(response: ServerResponse, error: unknown): void {
  if (isBerthError(error)) return sendJson(response, error.status, error.toBody());
  sendJson(response, 500, errorBody("internal", String(error)));
}
