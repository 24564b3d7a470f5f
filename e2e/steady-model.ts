import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** Every answer of it has cost so many tokens. */
export const tokensEach = 10;

/** A server of models that says its own name, and how many requests it has had at once. */
export interface SteadyModel extends AsyncDisposable {
  readonly url: string;
  readonly name: string;
  readonly most: number;
}

interface Asked {
  readonly stream?: boolean;
  /** Of a stream: events, one each 20 ms. */
  readonly max_tokens?: number;
}

/** Answers after `delayMs`. */
export async function startSteadyModel(name: string, delayMs = 20): Promise<SteadyModel> {
  let running = 0;
  let most = 0;
  const server = createServer(async (request, response) => {
    // how it is looked at does not count
    if (request.method !== "POST") return void response.writeHead(404).end();
    running += 1;
    most = Math.max(most, running);
    const asked = JSON.parse(Buffer.concat(await request.toArray()).toString() || "{}") as Asked;
    await sleep(delayMs);
    const usage = { prompt_tokens: 5, completion_tokens: tokensEach - 5, total_tokens: tokensEach };
    const head = { id: "x", created: 0, model: name };
    if (asked.stream === true) {
      response.writeHead(200, { "content-type": "text/event-stream" });
      const tell = (event: object | string): boolean =>
        response.write(
          `data: ${typeof event === "string" ? event : JSON.stringify({ ...head, ...event })}\n\n`,
        );
      for (let at = 0; at < (asked.max_tokens ?? 1) && !response.destroyed; at += 1) {
        tell({ object: "chat.completion.chunk", choices: [{ index: 0, delta: { content: "a" } }] });
        await sleep(20);
      }
      const choices = [{ index: 0, delta: {}, finish_reason: "stop" }];
      tell({ object: "chat.completion.chunk", choices, usage });
      tell("[DONE]");
      response.end();
    } else {
      const choices = [{ index: 0, message: { role: "assistant", content: name }, finish_reason: "stop" }];
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ ...head, object: "chat.completion", choices, usage }));
    }
    running -= 1;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    name,
    get most() {
      return most;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
