import { createServer, type Server, type Socket } from "node:net";
import { once } from "node:events";
import { chmod, rm } from "node:fs/promises";
import type { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** Takes connections at a Unix socket, each of which is carried by something else. */
export interface RelayListener {
  close(): Promise<void>;
}

/** What carries a connection; each direction ends on its own. */
export interface Carrier {
  readonly readable: Readable;
  readonly writable: Writable;
  /** Settles when it is over, where that comes after its last byte. */
  readonly ended?: Promise<unknown>;
}

/** `open` gives what carries a connection; its signal aborts when the caller has gone. */
export async function listenForRelay(
  socketPath: string,
  open: (signal: AbortSignal) => Promise<Carrier>,
): Promise<RelayListener> {
  const sockets = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    void carry(socket, open);
  });
  await rm(socketPath, { force: true });
  server.listen(socketPath);
  await once(server, "listening");
  await chmod(socketPath, 0o600);
  server.unref();
  return {
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

async function carry(socket: Socket, open: (signal: AbortSignal) => Promise<Carrier>): Promise<void> {
  const gone = new AbortController();
  socket.on("error", () => undefined);
  socket.once("close", () => gone.abort(new Error("the caller has gone")));
  try {
    const { readable, writable, ended } = await open(gone.signal);
    // each direction ends on its own: a caller that has said all still hears the answer
    const up = pipeline(socket, writable, { end: true }).catch(() => undefined);
    const down = pipeline(readable, socket, { end: true });
    await Promise.all([up, down]);
    await ended;
  } catch {
    // what the caller sees is a connection that breaks, as a forwarded one would
  } finally {
    socket.destroy();
    gone.abort(new Error("the caller has gone"));
  }
}
