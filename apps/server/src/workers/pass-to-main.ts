import type { IncomingMessage, ServerResponse } from "node:http";
import { BerthError } from "@berth/api";
import { request as httpRequest } from "@berth/std/node-http";
import { replyError } from "../http/reply.ts";

/** Between two neighbours only. `expect` was answered by whoever took the connection. */
const hopByHop = new Set(["connection", "keep-alive", "transfer-encoding", "expect"]);

/** Hands requests on, as they are, to the server's own thread, and its answers back. */
export function passToMain(socketPath: string): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const { method, url, headers } = request;
    const passed = withoutHops(request.rawHeaders);
    // of unknown length
    if (headers["transfer-encoding"] !== undefined) passed.push("transfer-encoding", "chunked");
    // a connection each: one that is kept may be closed under a request that must not be sent twice
    const asked = httpRequest({ socketPath, method, path: url, headers: passed, agent: false });
    asked.on("response", (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.statusMessage, withoutHops(answer.rawHeaders));
      response.flushHeaders();
      answer.on("error", () => response.destroy());
      answer.pipe(response);
    });
    asked.on("error", (cause) => {
      // after the first byte it can only break off
      replyError(response, new BerthError("shutting_down", "this server is stopping", { cause }));
    });
    response.once("close", () => asked.destroy());
    request.on("error", () => asked.destroy());
    request.pipe(asked);
  };
}

function withoutHops(raw: readonly string[]): string[] {
  const kept: string[] = [];
  for (let at = 0; at < raw.length; at += 2)
    if (!hopByHop.has(raw[at]!.toLowerCase())) kept.push(raw[at]!, raw[at + 1]!);
  return kept;
}
