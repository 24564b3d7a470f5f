import {
  request as plainRequest,
  type IncomingMessage,
  type RequestOptions,
  type ServerResponse,
} from "node:http";
import { request as tlsRequest } from "node:https";
import { pipeline } from "node:stream";

/** Where the server beside us listens. */
export type Target =
  | { readonly kind: "url"; readonly url: URL }
  | { readonly kind: "socket"; readonly socketPath: string };

export interface RelayLimits {
  readonly responseTimeoutMs: number;
  readonly transferTimeoutMs: number;
  /** What is waited for before a caller hears that the server broke off, so that the next call finds it as it is. */
  readonly afterBreak?: () => Promise<unknown>;
}

/** Of one connection, never of a message (RFC 9110, 7.6.1); the next connection has its own. */
const hopByHop = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Without these nobody knows where a message ends, or whom it is for, whatever `connection` names. */
const never = new Set(["content-length", "transfer-encoding", "host"]);

/**
 * Passes a request on and its answer back: method, path, headers, status and bytes as they are, both ways as a stream. What is
 * compressed stays so. Before an answer begins, what goes wrong is 408 (too slow) or 502; after that the transfer breaks.
 * Either side that goes away ends the other.
 */
export function relay(
  request: IncomingMessage,
  response: ServerResponse,
  target: Target,
  limits: RelayLimits,
): void {
  const upstream = open(request, target);
  const fail = (status: number, code: string, message: string): void => {
    upstream.destroy();
    if (response.headersSent) return void response.destroy();
    const text = JSON.stringify({ error: { code, message, details: null } });
    response.writeHead(status, { "content-type": "application/json", connection: "close" }).end(text);
  };
  const waiting = setTimeout(
    () =>
      fail(
        408,
        "response_timeout",
        `the server did not begin to answer within ${limits.responseTimeoutMs / 1000} s`,
      ),
    limits.responseTimeoutMs,
  );
  let transfer: NodeJS.Timeout | undefined;
  response.on("close", () => {
    clearTimeout(waiting);
    clearTimeout(transfer);
    upstream.destroy();
  });
  upstream.on("error", (error) => {
    clearTimeout(waiting);
    void (limits.afterBreak?.() ?? Promise.resolve()).then(() => {
      if (!response.destroyed && !response.writableEnded)
        fail(502, "server_unreachable", `the server could not be asked: ${error.message}`);
    });
  });
  upstream.on("response", (answer) => {
    clearTimeout(waiting);
    transfer = setTimeout(() => response.destroy(), limits.transferTimeoutMs);
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, endToEnd(answer.rawHeaders));
    // a client that has its headers can tell a slow answer from none
    response.flushHeaders();
    pipeline(answer, response, () => clearTimeout(transfer));
  });
  // a body that breaks off must not look whole
  request.on("aborted", () => upstream.destroy());
  request.pipe(upstream);
}

function open(request: IncomingMessage, target: Target): ReturnType<typeof plainRequest> {
  const { method = "GET", url = "/" } = request;
  const headers = endToEnd(request.rawHeaders, ["host"]);
  const hasBody = request.headers["transfer-encoding"] !== undefined;
  const options: RequestOptions = {
    method,
    headers: [
      ...headers,
      "host",
      target.kind === "url" ? target.url.host : (request.headers.host ?? "localhost"),
      ...(hasBody ? ["transfer-encoding", "chunked"] : []),
    ],
  };
  if (target.kind === "socket") return plainRequest({ ...options, path: url, socketPath: target.socketPath });
  const { protocol, hostname, port, pathname } = target.url;
  const send = protocol === "https:" ? tlsRequest : plainRequest;
  return send({
    ...options,
    hostname: hostname.replace(/^\[|\]$/g, ""),
    ...(port === "" ? {} : { port }),
    path: `${pathname.replace(/\/+$/, "")}${url.startsWith("/") ? url : "/"}`,
  });
}

/** Name and value in turn, as they came; headers that `connection` names belong to the connection, too. */
function endToEnd(raw: readonly string[], without: readonly string[] = []): string[] {
  const pairs = raw.flatMap((name, index) =>
    index % 2 === 0 ? [[name, raw[index + 1] ?? ""] as const] : [],
  );
  const named = pairs
    .filter(([name]) => name.toLowerCase() === "connection")
    .flatMap(([, value]) => value.split(",").map((each) => each.trim().toLowerCase()))
    .filter((name) => !never.has(name));
  const dropped = new Set([...hopByHop, ...named, ...without]);
  return pairs.filter(([name]) => !dropped.has(name.toLowerCase())).flat();
}
