// A server of a user's own: `node echo-server.mjs PORT [VERSION [START_MS]]`.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const [, , port, version = "1", startMs = "0"] = process.argv;
let number = 0;

const server = createServer(async (request, response) => {
  if (request.url === "/health") return void response.end("ok");
  const body = Buffer.concat(await request.toArray()).toString();
  const asked = body === "" ? {} : JSON.parse(body);
  if (asked.exit === true) process.exit(9);
  number += 1;
  const mine = number;
  if (asked.ms !== undefined) await new Promise((resolve) => setTimeout(resolve, asked.ms));
  const { TOKEN = null, CERT } = process.env;
  const told = {
    version,
    pid: process.pid,
    number: mine,
    path: request.url,
    method: request.method,
    asked,
    token: TOKEN,
    cert: CERT === undefined ? null : readFileSync(CERT, "utf8"),
  };
  if (asked.lines !== undefined) {
    response.writeHead(200, { "content-type": "application/x-ndjson" });
    for (let line = 1; line <= asked.lines; line += 1) {
      response.write(`${JSON.stringify({ line, version })}\n`);
      await new Promise((resolve) => setTimeout(resolve, asked.pauseMs ?? 20));
    }
    return void response.end();
  }
  response.writeHead(asked.status ?? 200, { "content-type": "application/json" });
  response.end(JSON.stringify(told));
});
setTimeout(() => server.listen(Number(port), "127.0.0.1"), Number(startMs));
