import type { Server } from "node:http";
import type { Socket } from "node:net";
import { FastConnection, type FastPathOptions } from "./fast-connection.ts";

const sweepMs = 5_000;

/** The connections of a server that are answered without node:http. */
export interface FastPath {
  /** Closes those on which no request is under way. */
  closeIdleConnections(): void;
  closeAllConnections(): void;
}

/**
 * Answers plain POSTs of a server by itself: node:http costs more than all else that is done for them. A connection on
 * which anything else comes, well-formed or not, goes on as any connection of the server's.
 */
export function takeFastPath(server: Server, options: FastPathOptions): FastPath {
  const connections = new Set<FastConnection>();
  // what node:http itself does with a connection
  const others = server.listeners("connection") as ((socket: Socket) => void)[];
  server.removeAllListeners("connection");
  const onOther = (socket: Socket, bytes: Buffer): void => {
    if (bytes.length > 0) socket.unshift(bytes);
    for (const take of others) take.call(server, socket);
    socket.resume();
  };
  const onClose = (connection: FastConnection): void => void connections.delete(connection);
  server.on("connection", (socket: Socket) => {
    connections.add(new FastConnection({ ...options, socket, onOther, onClose }));
  });
  // one more: what a client asks at the last moment is on its way
  const idleSweeps = Math.ceil((options.keepAliveSeconds * 1000) / sweepMs) + 1;
  const timer = setInterval(() => {
    for (const connection of connections) connection.sweep(idleSweeps);
  }, sweepMs).unref();
  server.once("close", () => clearInterval(timer));
  return {
    closeIdleConnections: () => {
      for (const connection of connections) if (connection.isIdle) connection.close();
    },
    closeAllConnections: () => {
      for (const connection of connections) connection.close();
    },
  };
}
