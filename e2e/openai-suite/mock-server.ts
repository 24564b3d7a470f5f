import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { freePort } from "../free-port.ts";
import type { SuiteSources } from "./sources.ts";

export interface MockServer extends AsyncDisposable {
  /** With `/v1`. */
  readonly url: string;
}

/** As openai-node's `scripts/mock` does, on a free port: requests that the document does not allow are answered with 400. */
export async function startMock({ mockProgram, document }: SuiteSources): Promise<MockServer> {
  const formats = ["query-array", "form-array", "query-object", "form-object"];
  const flags = formats.map((name) => `--validator-${name}-format=brackets`);
  const port = await freePort();
  const words = ["--host", "127.0.0.1", "--port", `${port}`, "--quiet", "--no-color", ...flags, document];
  const child = spawn(mockProgram, words, { stdio: ["ignore", "pipe", "pipe"] });
  const gone = once(child, "exit");
  let said = "";
  child.stderr.on("data", (bytes: Buffer) => (said += bytes.toString()));
  for await (const line of createInterface({ input: child.stdout })) {
    said += `${line}\n`;
    if (!line.startsWith("Ready")) continue;
    child.stdout.resume();
    return {
      url: `http://127.0.0.1:${port}/v1`,
      async [Symbol.asyncDispose]() {
        child.kill("SIGTERM");
        await gone;
      },
    };
  }
  throw new Error(`the mock server ended:\n${said}`);
}
