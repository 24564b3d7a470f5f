import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A server as people run beside Spirit's worker: a little of Ollama's API and of OpenAI's. */
export interface LlmServer extends AsyncDisposable {
  readonly url: string;
  /** Headers of each request that was passed on, in order. */
  readonly heard: readonly IncomingHttpHeaders[];
  /** From now on it says that it has started. */
  start(): void;
}

export async function startLlmServer(): Promise<LlmServer> {
  let isStarted = false;
  const heard: IncomingHttpHeaders[] = [];
  const server = createServer(async (request, response) => {
    const { url, headers } = request;
    if (url === "/started") return void response.writeHead(isStarted ? 200 : 503).end();
    heard.push(headers);
    const asked = await text(request);
    response.setHeader("content-type", url === "/api/generate" ? "application/x-ndjson" : "application/json");
    if (url === "/api/silent") return;
    if (url === "/api/endless") return void response.writeHead(200).write("{}\n");
    if (url === "/api/missing") return void response.writeHead(404).end('{"error":"model not found"}');
    if (url === "/api/generate") return void response.end('{"response":"Because"}\n{"response":" of air"}\n');
    response.end(JSON.stringify({ url, asked: JSON.parse(asked) as unknown }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    start: () => {
      isStarted = true;
    },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
