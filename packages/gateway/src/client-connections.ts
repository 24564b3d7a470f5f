import type { Socket } from "node:net";
import { BerthError } from "@berth/api";
import type { Exchange } from "./exchange.ts";

/** Tells exchanges that their client has gone: one listener a connection, however many requests it has sent ahead. */
export class ClientConnections {
  readonly #exchanges = new WeakMap<Socket, Set<Exchange>>();

  enter(exchange: Exchange): void {
    const { socket } = exchange.request;
    let present = this.#exchanges.get(socket);
    if (present === undefined) {
      present = new Set();
      this.#exchanges.set(socket, present);
      this.#follow(socket, present);
    }
    present.add(exchange);
    if (socket.destroyed) exchange.leave(clientClosed());
  }

  leave(exchange: Exchange): void {
    this.#exchanges.get(exchange.request.socket)?.delete(exchange);
  }

  #follow(socket: Socket, present: Set<Exchange>): void {
    socket.setNoDelay(true);
    socket.once("close", () => {
      for (const exchange of present) exchange.leave(clientClosed());
    });
  }
}

function clientClosed(): BerthError {
  return new BerthError("client_closed", "the client closed the connection");
}
