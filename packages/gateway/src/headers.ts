import { atOnceHeader, runnerSecretHeader } from "@berth/api";
import type { ClientRequest } from "./client.ts";
import type { Exchange } from "./exchange.ts";
import type { BodyForm } from "./operation.ts";
import type { ReadyService } from "./routing/upstream-id.ts";
import { ownMs, timingOf } from "./timing.ts";

const connection = "connection";
const hopByHop = [
  connection,
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/** An engine speaks for its model, not for our origin: it sets no cookies and opens nothing to other pages. */
const notFromUpstream = new Set([
  ...hopByHop,
  "x-request-id",
  "set-cookie",
  "clear-site-data",
  "alt-svc",
  "strict-transport-security",
  "nel",
  "report-to",
  // whose account it is
  "openai-organization",
  "openai-project",
  "anthropic-organization-id",
]);
const notFromUpstreamPrefix = /^(?:access-control-|x-berth-|x-ratelimit-|anthropic-ratelimit-)/;

/** What an engine has no business to know or is told anew. */
const notFromClient = new Set([
  ...hopByHop,
  "host",
  "expect",
  "content-length",
  "x-request-id",
  "authorization",
  "x-api-key",
  "cookie",
]);
const ownPrefix = "x-berth-";
/** The only one of ours that is sent on: which attempt at a job it is. */
const attemptHeader = "x-berth-attempt";

/** Switches of providers' own that a caller may set. */
const meantForProviders = ["openai-beta", "anthropic-beta", "anthropic-version", "idempotency-key"] as const;

/** Sent on with inference requests beside the content type, when the client gave them. */
const passedOn = ["accept", "user-agent", "traceparent", "tracestate"] as const;

/** The headers of an answer as the client gets them. `headers` and the result are name, value, name, value ... */
export function answerHeaders(headers: readonly string[], exchange: Exchange, nowMs: number): string[] {
  const named = namedByConnection(headers);
  const kept = ownHeaders(exchange, nowMs);
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at]!;
    if (notFromUpstream.has(name) || notFromUpstreamPrefix.test(name) || named?.has(name) === true) continue;
    kept.push(name, headers[at + 1]!);
  }
  return kept;
}

/** What every answer to a caller bears. The answer begins now: what was ours of the time until then is noted. */
export function ownHeaders(exchange: Exchange, nowMs: number): string[] {
  exchange.overheadMs = ownMs(exchange, nowMs);
  return [
    "x-request-id",
    exchange.requestId,
    "x-berth-timing",
    timingOf(exchange),
    ...exchange.admission.headers,
  ];
}

/** What opens a runner, and how much it is to let through at once. */
export function runnerHeaders({ state, atOnce }: ReadyService): readonly string[] {
  const secret = [runnerSecretHeader, state.secret];
  return atOnce === undefined ? secret : [...secret, atOnceHeader, String(atOnce)];
}

/** A body of JSON is called so, whatever the client called it; a form's type holds what parts it. */
export function inferenceHeaders(
  request: ClientRequest,
  form: BodyForm,
  requestId: string,
  upstream: ReadyService,
): string[] {
  return [...sentOn(request, form, requestId), ...runnerHeaders(upstream)];
}

/**
 * `own`: what the provider's adapter says, its credential among it. A switch that the caller has set goes before the
 * adapter's: the caller is who reads the answer.
 */
export function providerHeaders(
  request: ClientRequest,
  form: BodyForm,
  requestId: string,
  own: readonly string[],
): string[] {
  const headers = sentOn(request, form, requestId);
  const set = new Set<string>();
  for (const name of meantForProviders) {
    const value = request.headers[name];
    if (typeof value !== "string") continue;
    headers.push(name, value);
    set.add(name);
  }
  for (let at = 0; at < own.length; at += 2) if (!set.has(own[at]!)) headers.push(own[at]!, own[at + 1]!);
  return headers;
}

function sentOn(request: ClientRequest, form: BodyForm, requestId: string): string[] {
  const type = request.headers["content-type"];
  const isJson = type !== undefined && /^application\/(?:[\w.-]+\+)?json\b/i.test(type);
  const headers = [
    "content-type",
    type !== undefined && (isJson || form === "form") ? type : "application/json",
    "x-request-id",
    requestId,
  ];
  for (const name of passedOn) {
    const value = request.headers[name];
    if (typeof value === "string") headers.push(name, value);
  }
  return headers;
}

/** Everything the client sent but what is between it and us; `own` opens the upstream. */
export function passthroughHeaders(
  request: ClientRequest,
  requestId: string,
  own: readonly string[],
): string[] {
  const headers = ["x-request-id", requestId, ...own];
  const raw = request.rawHeaders;
  const named = namedByConnection(raw);
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at]!.toLowerCase();
    if (notFromClient.has(name) || named?.has(name) === true) continue;
    if (name.startsWith(ownPrefix) && name !== attemptHeader) continue;
    headers.push(name, raw[at + 1]!);
  }
  return headers;
}

/** Header names that `Connection` says are meant for the next hop only. */
function namedByConnection(headers: readonly string[]): Set<string> | undefined {
  let named: Set<string> | undefined;
  for (let at = 0; at < headers.length; at += 2) {
    if (headers[at]!.length !== connection.length || headers[at]!.toLowerCase() !== connection) continue;
    const value = headers[at + 1]!.toLowerCase();
    if (value === "keep-alive" || value === "close") continue;
    for (const name of value.split(",")) (named ??= new Set()).add(name.trim());
  }
  return named;
}

/** The client's request id when it is one that can be logged and sent on as it is. */
export function acceptedRequestId(request: ClientRequest): string | undefined {
  const id = request.headers["x-request-id"];
  return typeof id === "string" && /^[\w.:-]{1,128}$/.test(id) ? id : undefined;
}
