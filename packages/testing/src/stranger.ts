import { spawn } from "node:child_process";
import { once } from "node:events";

/** Whether a process of another user can be had: only root can start one. */
export const canBeStranger = process.platform === "linux" && process.getuid?.() === 0;

export interface Stranger extends AsyncDisposable {
  readonly port: number;
  /** All that was sent to it so far. */
  received(): string;
}

/** Another user's server on a port (0 takes a free one): it answers 200 to everything and keeps what it is told. */
export async function startStranger(host: string, port: number): Promise<Stranger> {
  const script = `
    const server = require("node:http").createServer((request, response) => {
      const chunks = [];
      request.on("data", (chunk) => chunks.push(chunk));
      request.on("end", () => {
        console.log(JSON.stringify([request.url, request.rawHeaders, Buffer.concat(chunks).toString()]));
        response.end("{}");
      });
    });
    server.listen({ host: ${JSON.stringify(host)}, port: ${port}, ipv6Only: true }, () => console.log(server.address().port));`;
  const words = ["--reuid=65534", "--regid=65534", "--clear-groups", process.execPath, "-e", script];
  const child = spawn("setpriv", words, { cwd: "/", env: {}, stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  await Promise.race([
    once(child.stdout, "data"),
    once(child, "exit").then(() => Promise.reject(new Error(`${host}:${port} could not be listened on`))),
  ]);
  return {
    port: Number.parseInt(said, 10),
    received: () => said.slice(said.indexOf("\n") + 1),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    },
  };
}
