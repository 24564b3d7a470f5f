import { connect, type Socket } from "node:net";
import { requestBytes, type Asked, type Target } from "./request.ts";

/** What one request took: until the first byte of the answer's body, and until its last. */
export interface Latency {
  readonly firstMs: number;
  readonly wholeMs: number;
}

/** One connection that asks, waits for the whole answer, and asks again. */
export class Asker {
  readonly #socket: Socket;
  readonly #bytes: Buffer;

  constructor(target: Target, asked: Asked) {
    this.#socket = connect({ port: target.port, host: "127.0.0.1", noDelay: true });
    this.#bytes = requestBytes(target, asked);
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
        if (!isWhole(text, headEnd)) return;
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

function isWhole(text: string, headEnd: number): boolean {
  const length = /content-length: (\d+)/i.exec(text.slice(0, headEnd))?.[1];
  return length === undefined ? text.endsWith("0\r\n\r\n") : text.length >= headEnd + 4 + Number(length);
}
