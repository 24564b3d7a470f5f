import type { IncomingMessage } from "node:http";
import { runnerSecretHeader } from "@berth/api";
import type { ReadyUpstream } from "./choose-upstream.ts";
import type { BodyForm } from "./operation.ts";

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
const notFromUpstream = new Set([...hopByHop, "x-request-id", "set-cookie", "clear-site-data"]);
const crossOriginPrefix = "access-control-";

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

/** Sent on with inference requests beside the content type, when the client gave them. */
const passedOn = ["accept", "user-agent", "traceparent", "tracestate"] as const;

/** The headers of an answer as the client gets them. `headers` and the result are name, value, name, value ... */
export function answerHeaders(headers: readonly string[], requestId: string): string[] {
  const named = namedByConnection(headers);
  const kept = ["x-request-id", requestId];
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at]!;
    if (notFromUpstream.has(name) || name.startsWith(crossOriginPrefix) || named?.has(name) === true)
      continue;
    kept.push(name, headers[at + 1]!);
  }
  return kept;
}

/** A body of JSON is called so, whatever the client called it; a form's type holds what parts it. */
export function inferenceHeaders(
  request: IncomingMessage,
  form: BodyForm,
  requestId: string,
  upstream: ReadyUpstream,
): string[] {
  const type = request.headers["content-type"];
  const isJson = type !== undefined && /^application\/(?:[\w.-]+\+)?json\b/i.test(type);
  const headers = [
    "content-type",
    type !== undefined && (isJson || form === "form") ? type : "application/json",
    "x-request-id",
    requestId,
    runnerSecretHeader,
    upstream.state.secret,
  ];
  for (const name of passedOn) {
    const value = request.headers[name];
    if (typeof value === "string") headers.push(name, value);
  }
  return headers;
}

/** Everything the client sent but what is between it and us. */
export function passthroughHeaders(
  request: IncomingMessage,
  requestId: string,
  upstream: ReadyUpstream,
): string[] {
  const headers = ["x-request-id", requestId, runnerSecretHeader, upstream.state.secret];
  const raw = request.rawHeaders;
  const named = namedByConnection(raw);
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at]!.toLowerCase();
    if (notFromClient.has(name) || name.startsWith(ownPrefix) || named?.has(name) === true) continue;
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
export function acceptedRequestId(request: IncomingMessage): string | undefined {
  const id = request.headers["x-request-id"];
  return typeof id === "string" && /^[\w.:-]{1,128}$/.test(id) ? id : undefined;
}
