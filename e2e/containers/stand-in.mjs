#!/usr/bin/node
/**
 * Stands in for vLLM, and for a Whisper server, as what an image holds: it takes their command lines, looks for the model
 * where it was told to, and answers in their form. Nothing is computed.
 */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const words = process.argv.slice(2);
const valueOf = (name) => {
  const at = words.indexOf(name);
  return at === -1 ? undefined : words[at + 1];
};
const model = valueOf("--served-model-name") ?? valueOf("--model_id");
const modelPath =
  words[0] === "serve"
    ? words[1]
    : `${valueOf("--model_dir")}/models--${model.replaceAll("/", "--")}/snapshots/${valueOf("--revision")}`;
// a model that is not there ends the engine, as it ends theirs
const config = JSON.parse(readFileSync(`${modelPath}/config.json`, "utf8"));
const key = process.env.VLLM_API_KEY;
const startedAt = Date.now();
console.log(`loading ${modelPath}`);
const certificate = process.env.CERT && readFileSync(process.env.CERT, "utf8");
console.log(JSON.stringify({ words, env: process.env, certificate }));

const server = createServer((request, response) => {
  const json = (status, body) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  };
  if (request.url === "/health") return response.writeHead(200).end();
  if (request.url.startsWith("/v1") && key !== undefined && request.headers.authorization !== `Bearer ${key}`)
    return json(401, { error: { message: "no key" } });
  switch (request.url) {
    case "/v1/facts":
      return json(200, {
        words,
        env: process.env,
        uid: process.getuid(),
        config,
        startedAt,
        pid: process.pid,
      });
    case "/v1/models":
      return json(200, { object: "list", data: [{ id: model, object: "model" }] });
    case "/v1/chat/completions":
      request.resume().on("end", () =>
        json(200, {
          id: "chatcmpl-1",
          object: "chat.completion",
          created: 1,
          model,
          choices: [
            { index: 0, message: { role: "assistant", content: "from a container" }, finish_reason: "stop" },
          ],
          usage: { prompt_tokens: 1, completion_tokens: 3, total_tokens: 4 },
        }),
      );
      return undefined;
    case "/transcribe":
      request
        .resume()
        .on("end", () => json(200, { text: "from a container", segments: null, task: "transcribe" }));
      return undefined;
    default:
      return json(404, { error: { message: request.url } });
  }
});
const socket = valueOf("--uds");
server.listen(
  socket === undefined ? { host: valueOf("--host"), port: Number(valueOf("--port")) } : { path: socket },
  () => console.log("ready"),
);
process.on("SIGTERM", () => {
  console.log("told to stop");
  server.close();
  server.closeAllConnections();
  setTimeout(() => process.exit(0), 50);
});
