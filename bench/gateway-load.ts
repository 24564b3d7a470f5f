import { execFile } from "node:child_process";
import { connect, type Socket } from "node:net";
import { promisify } from "node:util";
import { benchKey, benchPath, requestBody, requestBytes } from "./gateway-request.ts";

const execFileAsync = promisify(execFile);

/** What one request took: until the first byte of the answer's body, and until its last. */
export interface Latency {
  readonly firstMs: number;
  readonly wholeMs: number;
}

/** One connection that asks, waits for the whole answer, and asks again. */
export class Asker {
  readonly #socket: Socket;
  readonly #bytes: Buffer;
  readonly #stream: boolean;

  constructor(port: number, stream: boolean) {
    this.#socket = connect({ port, host: "127.0.0.1", noDelay: true });
    this.#bytes = requestBytes(stream);
    this.#stream = stream;
  }

  /** Rejects on anything but a whole 200. */
  ask(): Promise<Latency> {
    return new Promise((resolve, reject) => {
      const startedAtMs = performance.now();
      let firstMs: number | undefined;
      let text = "";
      const settle = (act: () => void): void => {
        this.#socket.off("data", onData).off("error", onError).off("close", onClose);
        act();
      };
      const onError = (error: Error): void => settle(() => reject(error));
      const onClose = (): void => settle(() => reject(new Error("the connection was closed")));
      const onData = (bytes: Buffer): void => {
        text += bytes.toString("latin1");
        const headEnd = text.indexOf("\r\n\r\n");
        if (headEnd === -1 || text.length === headEnd + 4) return;
        firstMs ??= performance.now() - startedAtMs;
        if (!isWhole(text, headEnd, this.#stream)) return;
        const wholeMs = performance.now() - startedAtMs;
        settle(() => {
          if (text.startsWith("HTTP/1.1 200")) resolve({ firstMs: firstMs ?? wholeMs, wholeMs });
          else reject(new Error(text.slice(0, 500)));
        });
      };
      this.#socket.on("data", onData).on("error", onError).on("close", onClose);
      this.#socket.write(this.#bytes);
    });
  }

  close(): void {
    this.#socket.destroy();
  }
}

function isWhole(text: string, headEnd: number, stream: boolean): boolean {
  if (stream && text.startsWith("HTTP/1.1 200")) return text.endsWith("0\r\n\r\n");
  const length = Number(/content-length: (\d+)/i.exec(text.slice(0, headEnd))?.[1]);
  return text.length >= headEnd + 4 + length;
}

/** Requests per second at so many connections: by wrk where it is installed, else by this process. */
export async function requestsPerSecond(
  port: number,
  connections: number,
  seconds: number,
  wrkScript: string | undefined,
): Promise<number> {
  if (wrkScript === undefined) return ownRequestsPerSecond(port, connections, seconds);
  const { stdout } = await execFileAsync("wrk", [
    "-t1",
    `-c${connections}`,
    `-d${seconds}s`,
    "-s",
    wrkScript,
    `http://127.0.0.1:${port}${benchPath}`,
  ]);
  if (/Non-2xx/.test(stdout)) throw new Error(stdout);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
}

async function ownRequestsPerSecond(port: number, connections: number, seconds: number): Promise<number> {
  const untilMs = performance.now() + seconds * 1000;
  const counts = await Promise.all(
    Array.from({ length: connections }, async () => {
      const asker = new Asker(port, false);
      let count = 0;
      while (performance.now() < untilMs) {
        await asker.ask();
        count += 1;
      }
      asker.close();
      return count;
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0) / seconds;
}

export function wrkScriptText(): string {
  return [
    'wrk.method = "POST"',
    'wrk.headers["content-type"] = "application/json"',
    `wrk.headers["authorization"] = "Bearer ${benchKey}"`,
    `wrk.body = [[${requestBody(false)}]]`,
    "",
  ].join("\n");
}
