import type { IncomingMessage, ServerResponse } from "node:http";
import { BerthError, type CreateSummary, type Route, type RouteName } from "@berth/api";
import type { HandlerContext, Handlers, RawResult } from "@berth/control";
import type { Principal } from "@berth/gateway";
import { authenticate, type Door } from "./authenticate.ts";
import { matchRoute } from "./match-route.ts";
import { parseInput } from "./parse-input.ts";
import { type BodyRooms, isForm, readForm, readJsonBody } from "./read-body.ts";
import { replyError, replyJson } from "./reply.ts";
import { sendRaw } from "./send-raw.ts";
import { sendText } from "./send-text.ts";
import type { SessionRoutes } from "./session-routes.ts";

/** The routes that set cookies are served apart: everything else is a handler of the control plane. */
export type SessionRouteName = "createSession" | "getSession" | "deleteSession" | "createSessionCode";
/** What calls models calls them as its caller, whom no handler knows. */
type CallerRouteName = "summarize";
export type ManagementHandlers = Omit<Handlers, SessionRouteName | CallerRouteName>;

/** Whose call it is, and what showed that. */
export interface Caller {
  readonly principal: Principal;
  readonly headers: IncomingMessage["headers"];
}

/** Resolves when it is known what will be done; throws what is wrong until then. */
export type Summarize = (
  body: CreateSummary,
  caller: Caller,
  context: HandlerContext,
) => Promise<AsyncIterable<string>>;

export interface ManagementOptions {
  readonly handlers: ManagementHandlers;
  readonly sessions: SessionRoutes;
  readonly door: Door;
  readonly summarize: Summarize;
  readonly maxBodyBytes: number;
  /** Of a form with files, or of texts in their place. */
  readonly maxUploadBytes: number;
  /** For bodies on their way. */
  readonly bodyRooms: BodyRooms;
  /** Aborts when the server stops: streams end, and what is being waited for is given up. */
  readonly stopping: AbortSignal;
  readonly onError: (error: unknown, requestId: string) => void;
}

type AnyHandler = (
  input: { params: unknown; query: unknown; body: unknown },
  context: HandlerContext,
) => Promise<unknown>;

const bodyTimeoutMs = 30_000;
const uploadTimeoutMs = 5 * 60_000;
/** Of a call that anybody may make: enough for a code, too little to fill the memory with. */
const strangersBodyBytes = 4 * 1024;

/** Serves `/api/v1`. `path` is percent-encoded, without query. Never throws. */
export async function serveManagement(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  query: URLSearchParams,
  requestId: string,
  options: ManagementOptions,
): Promise<void> {
  try {
    const match = matchRoute(request.method ?? "GET", path);
    if (match.kind === "none")
      throw new BerthError("not_found", `there is no ${path}; /api/docs lists what there is`);
    if (match.kind === "method") {
      const error = new BerthError("method_not_allowed", `${path} takes ${match.allowed.join(", ")}`);
      return replyError(response, error, { allow: match.allowed.join(", ") });
    }
    const { route, name } = match;
    const principal =
      route.access === "session" || route.access === "public"
        ? undefined
        : await authenticate(request, options.door, route.access);
    const input = {
      params: parseInput(route.params, match.params, "params"),
      query: parseInput(route.query, Object.fromEntries(query), "query"),
      body:
        route.body === undefined
          ? undefined
          : parseInput(route.body, await readBodyOf(route, request, principal?.keyId, options), "body"),
    };
    if (isSessionRoute(name)) return await options.sessions[name](input.body, request, response);
    const context = {
      requestId,
      signal: ending(response, options.stopping),
      caller: principal,
      lastEventId: headerOf(request, "last-event-id"),
      idempotencyKey: headerOf(request, "idempotency-key"),
    };
    const result =
      name === "summarize"
        ? await options.summarize(
            input.body as CreateSummary,
            // as of every route of that access, it is known who calls
            { principal: principal!, headers: request.headers },
            context,
          )
        : await (options.handlers[name] as unknown as AnyHandler)(input, context);
    switch (route.reply) {
      case "json":
        return replyJson(response, route.status, result);
      case "empty":
        response.writeHead(route.status).end();
        return;
      case "raw":
        return await sendRaw(response, route.status, result as RawResult);
      case "text":
      case "events":
        return await sendText(response, route.reply, result as AsyncIterable<string>);
    }
  } catch (error) {
    if (!response.destroyed) options.onError(error, requestId);
    replyError(response, error);
  }
}

function readBodyOf(
  { access, bodyLimit, takesForm }: Route,
  request: IncomingMessage,
  keyId = "",
  { maxBodyBytes, maxUploadBytes, bodyRooms }: ManagementOptions,
): Promise<unknown> {
  const room = access === "inference" ? bodyRooms.callers : bodyRooms.others;
  const large = { maxBytes: maxUploadBytes, timeoutMs: uploadTimeoutMs, room, keyId };
  if (takesForm === true) return isForm(request) ? readForm(request, large) : readJsonBody(request, large);
  if (bodyLimit === "large") return readJsonBody(request, large);
  const isKnown = access === "admin" || bodyLimit === "usual";
  const maxBytes = isKnown ? maxBodyBytes : strangersBodyBytes;
  return readJsonBody(request, { maxBytes, timeoutMs: bodyTimeoutMs, room, keyId });
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === "string" ? value : undefined;
}

function isSessionRoute(name: RouteName): name is SessionRouteName {
  return (
    name === "createSession" ||
    name === "getSession" ||
    name === "deleteSession" ||
    name === "createSessionCode"
  );
}

/** Aborts when the caller leaves before the answer is whole, or the server stops. */
function ending(response: ServerResponse, stopping: AbortSignal): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => controller.abort(stopping.reason);
  const leave = (): void => {
    stopping.removeEventListener("abort", stop);
    if (!response.writableFinished) controller.abort(new BerthError("client_closed", "the caller left"));
  };
  if (response.closed) leave();
  else if (stopping.aborted) stop();
  else {
    stopping.addEventListener("abort", stop);
    response.once("close", leave);
  }
  return controller.signal;
}
