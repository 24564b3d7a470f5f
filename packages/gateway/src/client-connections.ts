import type { Socket } from "node:net";
import { BerthError } from "@berth/api";
import type { Exchange } from "./exchange.ts";

/** Tells exchanges that their client has gone: one listener a connection, however many requests it has sent ahead. */
export class ClientConnections {
  /** Lists: a socket seldom has more than one. */
  readonly #exchanges = new WeakMap<Socket, Exchange[]>();

  enter(exchange: Exchange): void {
    const { socket } = exchange.request;
    let present = this.#exchanges.get(socket);
    if (present === undefined) {
      present = [];
      this.#exchanges.set(socket, present);
      this.#follow(socket, present);
    }
    present.push(exchange);
    if (socket.destroyed) exchange.leave(clientClosed());
  }

  leave(exchange: Exchange): void {
    const present = this.#exchanges.get(exchange.request.socket);
    const at = present?.indexOf(exchange) ?? -1;
    if (at !== -1) present?.splice(at, 1);
  }

  #follow(socket: Socket, present: Exchange[]): void {
    socket.setNoDelay(true);
    socket.once("close", () => {
      for (const exchange of present) exchange.leave(clientClosed());
    });
  }
}

function clientClosed(): BerthError {
  return new BerthError("client_closed", "the client closed the connection");
}
