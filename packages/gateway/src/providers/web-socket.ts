import { isIP } from "node:net";
import type { ForbidsAddress } from "../http1/peer-address.ts";
import type { WebSocket } from "ws";
import { lookupAllowed } from "../http1/peer-socket.ts";
import { ProviderFailure } from "./provider-failure.ts";
import type { WireSocket } from "./wire.ts";

export interface WebSocketOptions {
  readonly url: string;
  /** Name, value, name, value ... */
  readonly headers: readonly string[];
  readonly forbids: ForbidsAddress;
  readonly signal: AbortSignal;
  readonly connectMs: number;
}

const maxMessageBytes = 32 * 1024 * 1024;
/** Messages that wait to be read before the sender is asked to pause. */
const pauseAt = 64;

/** Resolves when the socket is open. Rejects with ProviderFailure when it does not open; it closes when the signal aborts. */
export async function openWebSocket(options: WebSocketOptions): Promise<WireSocket> {
  const { url, headers, forbids, signal, connectMs } = options;
  const { host, hostname } = new URL(url);
  const literal = hostname.replace(/^\[|\]$/g, "");
  const failed = (message: string, cause?: unknown): ProviderFailure =>
    new ProviderFailure({ kind: "unreachable", message: `${host}: ${message}`, cause });
  if (isIP(literal) !== 0 && forbids(literal)) throw failed("no server of ours calls this address");
  // loaded only by those who speak it
  const { WebSocket: Socket } = await import("ws");
  signal.throwIfAborted();
  const socket = new Socket(url, {
    headers: pairs(headers),
    handshakeTimeout: connectMs,
    followRedirects: false,
    perMessageDeflate: false,
    maxPayload: maxMessageBytes,
    lookup: lookupAllowed(forbids),
  });
  const { messages, end } = collect(socket, failed);
  const onAbort = (): void => {
    end(signal.reason as Error);
    socket.terminate();
  };
  signal.addEventListener("abort", onAbort, { once: true });
  await new Promise<void>((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", (error) =>
      reject(signal.aborted ? (signal.reason as Error) : failed(error.message, error)),
    );
  });
  return {
    messages,
    send: (text) => socket.send(text),
    async [Symbol.asyncDispose]() {
      signal.removeEventListener("abort", onAbort);
      socket.terminate();
    },
  };
}

function pairs(headers: readonly string[]): Record<string, string> {
  const named: Record<string, string> = {};
  for (let at = 0; at < headers.length; at += 2) named[headers[at]!] = headers[at + 1]!;
  return named;
}

/** Messages from the start on, also those that come before somebody reads. */
function collect(
  socket: WebSocket,
  failed: (message: string, cause?: unknown) => ProviderFailure,
): { readonly messages: AsyncIterable<string>; readonly end: (error: Error) => void } {
  const waiting: string[] = [];
  let wake: (() => void) | undefined;
  let ended: { readonly error: Error | undefined } | undefined;
  const end = (error?: Error): void => {
    ended ??= { error };
    wake?.();
  };
  socket.on("message", (data: Buffer) => {
    waiting.push(data.toString("utf8"));
    if (waiting.length >= pauseAt) socket.pause();
    wake?.();
  });
  socket.on("error", (error) => end(failed(error.message, error)));
  socket.on("close", () => end());
  const messages = {
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const message = waiting.shift();
        if (socket.isPaused && waiting.length < pauseAt) socket.resume();
        if (message !== undefined) yield message;
        else if (ended !== undefined) {
          if (ended.error !== undefined) throw ended.error;
          return;
        } else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    },
  };
  return { messages, end };
}
