import { type BerthError, notBegunHeader } from "@berth/api";
import { eventStreamHeaders } from "./event-stream.ts";
import type { Exchange } from "./exchange.ts";
import type { GatewayLimits } from "./limits.ts";

/** A body this small that a refused client still sends is read over, so that its connection can be used again. */
const readOverBytes = 64 * 1024;

const closing = ["connection", "close"];

export function answerJson(exchange: Exchange, value: unknown): void {
  write(exchange, 200, JSON.stringify(value), []);
}

export function answerOptions(exchange: Exchange, allow: string): void {
  exchange.status = 204;
  exchange.response.writeHead(204, ["x-request-id", exchange.requestId, "allow", allow]);
  exchange.response.end();
}

/** Begins the stream of a request that waits; from here on everything, errors too, is told as events. */
export function startEventStream(exchange: Exchange): void {
  exchange.status = 200;
  exchange.eventStream = true;
  const { response, requestId, dialect } = exchange;
  const own = ["x-request-id", requestId, "content-type", dialect.contentType];
  response.writeHead(200, [...own, ...eventStreamHeaders]);
  exchange.response.flushHeaders();
}

/** Tells who waits for a stream why it waits, where that can be told. */
export function writeWaiting(exchange: Exchange, reason: string): void {
  const text = exchange.dialect.waiting(reason);
  if (text !== "") exchange.response.write(text);
}

/**
 * Tells the client of the error: as a status, or when that has gone out already as an event followed by a broken
 * transfer, so that no client takes half an answer for a whole one. Resolves when nothing more is to be done.
 */
export async function refuse(exchange: Exchange, error: BerthError, limits: GatewayLimits): Promise<void> {
  exchange.failed = true;
  exchange.errorCode = error.code;
  if (exchange.clientGone || exchange.response.destroyed) {
    exchange.status = error.status;
    return;
  }
  if (exchange.response.headersSent) {
    await breakOff(exchange, error, limits);
    return;
  }
  const { status, body } = exchange.dialect.error(error);
  const text = JSON.stringify(body);
  const headers = [...errorHeaders(error), ...exchange.admission.headers, ...notBegun(exchange)];
  if (error.code === "request_timeout") {
    write(exchange, status, text, [...headers, ...closing]);
  } else if (isBodyPending(exchange)) {
    write(exchange, status, text, [...headers, ...closing], "open");
    await readOver(exchange, limits);
  } else {
    write(exchange, status, text, headers);
  }
}

function write(
  exchange: Exchange,
  status: number,
  body: string,
  headers: readonly string[],
  then: "end" | "open" = "end",
): void {
  exchange.status = status;
  const bytes = Buffer.from(body);
  exchange.response.writeHead(status, [
    "content-type",
    "application/json; charset=utf-8",
    "content-length",
    String(bytes.length),
    "x-request-id",
    exchange.requestId,
    ...headers,
  ]);
  if (then === "end") exchange.response.end(bytes);
  else exchange.response.write(bytes);
}

function errorHeaders(error: BerthError): string[] {
  const headers: string[] = [];
  const retryAfter = error.details?.["retryAfterSeconds"];
  if (typeof retryAfter === "number") headers.push("retry-after", String(retryAfter));
  const allow = error.details?.["allow"];
  if (typeof allow === "string") headers.push("allow", allow);
  if (error.status === 401) headers.push("www-authenticate", 'Bearer realm="berth"');
  return headers;
}

/** What whoever makes jobs' calls is told beside an error. */
export function notBegun({ job, hasBegun }: Exchange): readonly string[] {
  return job === undefined || hasBegun ? [] : [notBegunHeader, "true"];
}

function isBodyPending(exchange: Exchange): boolean {
  const { request } = exchange;
  if (request.complete) return false;
  if (request.headers["transfer-encoding"] !== undefined) return true;
  return Number(request.headers["content-length"] ?? 0) > readOverBytes;
}

/**
 * The answer is out, but the response is left open while the client goes on sending: closing at once would reset the
 * connection, and the client would lose the answer.
 */
function readOver(exchange: Exchange, limits: GatewayLimits): Promise<void> {
  return new Promise((resolve) => {
    const { request, response } = exchange;
    if ("wholeBody" in request) return resolve();
    const close = (): void => {
      exchange.end();
      request.off("end", close);
      response.end();
      resolve();
    };
    request.once("end", close);
    request.resume();
    exchange.begin({ tick: deadline(limits.lingerMs, close), cancel: close });
  });
}

/** The socket is closed without the end of the body that HTTP asks for. */
function breakOff(exchange: Exchange, error: BerthError, limits: GatewayLimits): Promise<void> {
  return new Promise((resolve) => {
    const { request, response } = exchange;
    const close = (): void => {
      exchange.end();
      // HTTP/1.0 knows no other end than the connection's; only a reset tells that it was not meant
      if (request.httpVersion === "1.0") request.socket.resetAndDestroy();
      else request.socket.destroy();
      resolve();
    };
    if (!exchange.eventStream) {
      // what has come goes out, and shows that it was an answer
      response.flushHeaders();
      close();
      return;
    }
    exchange.begin({ tick: deadline(limits.lingerMs, close), cancel: close });
    response.write(exchange.dialect.failed(error), close);
  });
}

function deadline(ms: number, act: () => void): (nowMs: number) => void {
  let firstMs: number | undefined;
  return (nowMs) => {
    firstMs ??= nowMs;
    if (nowMs - firstMs > ms) act();
  };
}
