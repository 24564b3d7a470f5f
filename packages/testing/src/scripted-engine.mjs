/**
 * A server that does as it is told, for tests of what starts and guards engines. Words before its own start are its
 * command line, words in a path what it does with a request.
 */
import { fork } from "node:child_process";
import { appendFileSync } from "node:fs";
import { createServer } from "node:http";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    /** A port or a socket's path. */
    listen: { type: "string" },
    host: { type: "string" },
    "ready-after-ms": { type: "string" },
    /** Lines to print at the start: "line 1" and so on. */
    print: { type: "string" },
    /** A file that grows by one byte at each start. */
    "count-in": { type: "string" },
    "exit-code": { type: "string" },
    "ignore-sigterm": { type: "boolean" },
    /** Starts a child that ignores SIGTERM too, and prints its number. */
    fork: { type: "boolean" },
    /** Prints the words after --, as JSON. */
    "print-words": { type: "boolean" },
    "print-environment": { type: "boolean" },
    "require-key": { type: "string" },
  },
  allowPositionals: true,
  strict: true,
});

if (values["count-in"] !== undefined) appendFileSync(values["count-in"], ".");
for (let line = 1; line <= Number(values.print ?? 0); line++) console.log(`line ${line}`);
if (values["print-words"]) console.log(JSON.stringify(process.argv.slice(process.argv.indexOf("--") + 1)));
if (values["print-environment"]) console.log(JSON.stringify(process.env));
if (values["ignore-sigterm"]) process.on("SIGTERM", () => console.log("SIGTERM? no"));
if (values["exit-code"] !== undefined) process.exit(Number(values["exit-code"]));
if (values.fork) {
  const child = fork(import.meta.filename, ["--ignore-sigterm"], { stdio: "inherit" });
  console.log(`child ${child.pid}`);
}
const readyAt = Date.now() + Number(values["ready-after-ms"] ?? 0);

let flooded = 0;
const server = createServer((request, response) => {
  const url = new URL(request.url ?? "/", "http://engine");
  const number = (name, otherwise) => Number(url.searchParams.get(name) ?? otherwise);
  const json = (status, body) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  };
  if (
    values["require-key"] !== undefined &&
    request.headers.authorization !== `Bearer ${values["require-key"]}`
  )
    return json(401, {});
  switch (url.pathname) {
    case "/health": {
      const isReady = Date.now() >= readyAt;
      const progress = isReady ? null : { message: "loading", fraction: 0.5 };
      return json(isReady ? 200 : 503, { status: "-", progress, contextTokens: 512, parallel: 2 });
    }
    case "/echo": {
      const chunks = [];
      request.on("data", (chunk) => chunks.push(chunk));
      request.on("end", () => {
        const { method, rawHeaders } = request;
        json(200, { method, url: request.url, rawHeaders, body: Buffer.concat(chunks).toString("latin1") });
      });
      return undefined;
    }
    case "/print":
      console.log(url.searchParams.get("line"));
      return json(200, {});
    case "/sink": {
      let bytes = 0;
      request.on("data", (chunk) => (bytes += chunk.length));
      request.on("end", () => json(200, { bytes }));
      return undefined;
    }
    case "/flood": {
      // as many bytes as the caller takes
      const block = Buffer.alloc(64 * 1024);
      const more = () => {
        while (!response.destroyed && (flooded += block.length) && response.write(block));
      };
      response.on("drain", more);
      return more();
    }
    case "/flooded":
      return json(200, { bytes: flooded });
    case "/stream": {
      const dieAfter = number("die-after", Infinity);
      const everyMs = number("every-ms", 1);
      const count = number("count", 3);
      let sent = 0;
      if (url.searchParams.has("until-close")) response.useChunkedEncodingByDefault = false;
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.flushHeaders();
      response.on("close", () => console.log(`closed ${request.url} after ${sent}`));
      const next = () => {
        if (response.destroyed) return undefined;
        if (sent >= dieAfter) return process.kill(process.pid, "SIGKILL");
        if (sent >= count) return response.end();
        response.write(`data: ${++sent}\n\n`, () => setTimeout(next, everyMs));
        return undefined;
      };
      return next();
    }
    case "/silence":
      response.on("close", () => console.log(`closed ${request.url}`));
      return undefined;
    case "/die":
      return process.kill(process.pid, "SIGKILL");
    case "/exit":
      return process.exit(number("code", 1));
    case "/hang-up":
      return request.socket.destroy();
    default:
      return json(404, {});
  }
});
if (values.listen !== undefined) {
  if (/^\d+$/.test(values.listen)) server.listen(Number(values.listen), values.host ?? "127.0.0.1");
  else server.listen(values.listen);
} else setInterval(() => undefined, 60_000);
