/**
 * `node paced-model-main.ts PORT [FIRST_MS] [TOKEN_MS] [TOKENS]`: a server that answers every chat with so many words at
 * a steady pace, however many it answers at once, and tells at `/stats` how it was called.
 */
import { createServer, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { chatChunk, done, usageChunk } from "./fake-model-server-script.ts";

const [port = 0, firstMs = 50, tokenMs = 10, tokens = 20] = process.argv.slice(2).map(Number);

const stats = { running: 0, most: 0, answered: 0, cancelled: 0, prompts: [] as string[] };

const server = createServer((request, response) => {
  let body = "";
  request.setEncoding("utf8").on("data", (piece: string) => (body += piece));
  request.on("end", () => {
    switch (request.url) {
      case "/health":
        return response.end();
      case "/stats":
        return response.end(JSON.stringify(stats));
      case "/tokenize": {
        const { content } = JSON.parse(body) as { content: string };
        return response.end(
          JSON.stringify({ tokens: Array.from(content.match(/\S+/g) ?? [], (_, at) => at) }),
        );
      }
      case "/v1/chat/completions":
        return void answer(body, response);
      case undefined:
      default:
        return response.writeHead(404).end();
    }
  });
});
server.listen(port, "127.0.0.1");

async function answer(body: string, response: ServerResponse): Promise<void> {
  const { messages } = JSON.parse(body) as { messages: readonly { readonly content: string }[] };
  const prompt = messages[0]?.content ?? "";
  stats.prompts.push(prompt);
  stats.running += 1;
  stats.most = Math.max(stats.most, stats.running);
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.flushHeaders();
  // by the clock, not by the sum of sleeps: a busy machine's lateness is not added up
  const startedMs = performance.now();
  for (let token = 0; token < tokens && !response.destroyed; token += 1) {
    await sleep(Math.max(0, startedMs + firstMs + token * tokenMs - performance.now()));
    response.write(chatChunk({ content: `${token === 0 ? "" : " "}word${token}` }));
  }
  stats.running -= 1;
  if (response.destroyed) {
    stats.cancelled += 1;
    return;
  }
  stats.answered += 1;
  response.end(`${chatChunk({}, "stop")}${usageChunk(prompt.split(/\s+/).length, tokens)}${done}`);
}
