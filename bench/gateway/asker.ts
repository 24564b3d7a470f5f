import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { requestBytes, type Asked, type Target } from "./request.ts";

/** What one request took: until the first byte of the answer's body, and until its last. */
export interface Latency {
  readonly firstMs: number;
  readonly wholeMs: number;
}

const longestMs = 60_000;

/** One connection that asks, waits for the whole answer, and asks again. */
export class Asker {
  readonly #port: number;
  readonly #bytes: Buffer;
  #socket: Socket | undefined;

  constructor(target: Target, asked: Asked) {
    this.#port = target.port;
    this.#bytes = requestBytes(target, asked);
  }

  /** Rejects on anything but a whole 200. Where the connection was closed in between, a new one is not in the time taken. */
  async ask(): Promise<Latency> {
    if (this.#socket === undefined || this.#socket.destroyed) this.#socket = await this.#connect();
    return this.#askOver(this.#socket);
  }

  #askOver(socket: Socket): Promise<Latency> {
    return new Promise((resolve, reject) => {
      const startedAtMs = performance.now();
      let firstMs: number | undefined;
      let text = "";
      const settle = (act: () => void): void => {
        socket.off("data", onData).off("close", onClose);
        act();
      };
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
      socket.on("data", onData).on("close", onClose);
      socket.write(this.#bytes);
    });
  }

  async #connect(): Promise<Socket> {
    const socket = connect({ port: this.#port, host: "127.0.0.1", noDelay: true });
    await once(socket, "connect");
    // a close follows either
    socket.on("error", () => undefined);
    socket.setTimeout(longestMs, () => socket.destroy());
    return socket;
  }

  close(): void {
    this.#socket?.destroy();
  }
}

function isWhole(text: string, headEnd: number): boolean {
  const length = /content-length: (\d+)/i.exec(text.slice(0, headEnd))?.[1];
  return length === undefined ? text.endsWith("0\r\n\r\n") : text.length >= headEnd + 4 + Number(length);
}
