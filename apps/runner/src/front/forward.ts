import type { ClientRequest, IncomingMessage, ServerResponse } from "node:http";
import { BerthError } from "@berth/api/error";
import { atOnceHeader, notBegunHeader, runnerSecretHeader } from "@berth/api/runner";
import { request } from "@berth/std/node-http";
import type { EngineConnection } from "../engine/ask-engine.ts";
import { headerValue, passedHeaders } from "./headers.ts";
import { refuse } from "./refuse.ts";

/** The engine as requests see it. */
export interface ForwardTarget extends EngineConnection {
  /** Resolves to why the engine is gone, or to undefined if it still lives a moment from now. */
  causeOfDeath(): Promise<string | undefined>;
}

/** A request on a connection that the engine was just closing is sent once more if its body is no longer than this. */
const maxHeldBytes = 256 * 1024;

/**
 * Passes the request to the engine and its answer back, byte for byte, as they come and as fast as the receiver takes
 * them. A caller who leaves ends the engine's request at once. An engine that dies before it answers is told as an
 * error; one that dies while answering breaks the caller's connection, so that half an answer never looks whole.
 */
export function forward(incoming: IncomingMessage, outgoing: ServerResponse, engine: ForwardTarget): void {
  const headers = passedHeaders(incoming.rawHeaders, droppedOf(engine));
  if (engine.authorization !== undefined) headers.push("authorization", engine.authorization);
  // an HTTP/1.0 caller need not name one, an HTTP/1.1 server insists
  if (headerValue(headers, "host") === undefined) headers.push("host", "localhost");
  const hasBody =
    headerValue(headers, "content-length") !== undefined ||
    headerValue(headers, "transfer-encoding") !== undefined;
  let held: Buffer[] | undefined = [];
  let heldBytes = 0;
  let bodyEnded = !hasBody;
  let isAnswering = false;
  let isSentAgain = false;
  let upstream: ClientRequest;

  const open = (fresh: boolean): void => {
    upstream = request({
      ...engine.connect,
      ...(fresh ? { agent: false } : { agent: engine.agent }),
      method: incoming.method,
      path: incoming.url,
      headers,
    });
    upstream.on("response", (response) => {
      held = undefined;
      isAnswering = true;
      passAnswer(incoming, outgoing, response, engine);
    });
    upstream.on("drain", () => incoming.resume());
    upstream.on("error", (error) => void onError(upstream, error));
  };

  const onError = async (failed: ClientRequest, error: Error): Promise<void> => {
    if (outgoing.destroyed) return;
    if (isAnswering) return breakOff(incoming, outgoing);
    if (failed.reusedSocket && held !== undefined) {
      isSentAgain = true;
      open(true);
      for (const chunk of held) upstream.write(chunk);
      if (bodyEnded) upstream.end();
      else incoming.resume();
      held = undefined;
      return;
    }
    held = undefined;
    // what is still coming is thrown away
    incoming.resume();
    const cause = await engine.causeOfDeath();
    if (outgoing.destroyed || outgoing.headersSent) return;
    const refusal =
      cause === undefined
        ? new BerthError("upstream_failed", `the engine did not answer: ${error.message}`)
        : new BerthError("engine_died", cause);
    refuse(
      incoming,
      outgoing,
      refusal,
      !isSentAgain && isUnconnected(error) ? { [notBegunHeader]: "true" } : {},
    );
  };

  outgoing.on("close", () => {
    if (!outgoing.writableFinished) upstream.destroy();
  });
  try {
    open(false);
  } catch (error) {
    // a path that may not be sent on
    return refuse(incoming, outgoing, new BerthError("invalid_request", String(error)));
  }
  if (!hasBody) {
    incoming.resume();
    upstream!.end();
    return;
  }
  incoming.on("data", (chunk: Buffer) => {
    if (held !== undefined) {
      heldBytes += chunk.length;
      if (heldBytes > maxHeldBytes) held = undefined;
      else held.push(chunk);
    }
    // its error, under way, decides what becomes of the body
    if (!upstream.destroyed && !upstream.write(chunk)) incoming.pause();
  });
  incoming.on("end", () => {
    bodyEnded = true;
    if (!upstream.destroyed) upstream.end();
  });
}

function isUnconnected(error: NodeJS.ErrnoException): boolean {
  return error.syscall === "connect";
}

const ours = [runnerSecretHeader, atOnceHeader, "expect"];
const oursAndKey = [...ours, "authorization"];

function droppedOf(engine: EngineConnection): readonly string[] {
  return engine.authorization === undefined ? ours : oursAndKey;
}

function passAnswer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  response: IncomingMessage,
  engine: ForwardTarget,
): void {
  if (outgoing.destroyed) return void response.destroy();
  const headers = passedHeaders(response.rawHeaders, ["transfer-encoding", notBegunHeader]);
  outgoing.sendDate = false;
  outgoing.writeHead(response.statusCode ?? 502, response.statusMessage ?? "", headers);
  let sent = false;
  // headers and the first bytes share a packet when they came together; headers alone wait for nobody
  setImmediate(() => {
    if (!sent && !outgoing.destroyed) outgoing.flushHeaders();
  });
  response.on("data", (chunk: Buffer) => {
    sent = true;
    if (!outgoing.write(chunk)) response.pause();
  });
  outgoing.on("drain", () => response.resume());
  response.on("error", () => breakOff(incoming, outgoing));
  response.on("end", () => {
    sent = true;
    if (!endsWithConnection(incoming, response)) return void outgoing.end();
    // such an answer has no mark of its end: a dying engine's would look complete
    void engine
      .causeOfDeath()
      .then((cause) => (cause === undefined ? outgoing.end() : breakOff(incoming, outgoing)));
  });
}

/** Ends the connection so that what was sent cannot be taken for the whole. */
function breakOff(incoming: IncomingMessage, outgoing: ServerResponse): void {
  // an HTTP/1.0 caller would take a plain close for the end
  if (incoming.httpVersionMinor === 0) incoming.socket.resetAndDestroy();
  else outgoing.destroy();
}

function endsWithConnection(incoming: IncomingMessage, response: IncomingMessage): boolean {
  const status = response.statusCode ?? 0;
  return (
    response.headers["content-length"] === undefined &&
    response.headers["transfer-encoding"] === undefined &&
    incoming.method !== "HEAD" &&
    status !== 204 &&
    status !== 304
  );
}
