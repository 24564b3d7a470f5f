import type { IncomingMessage, ServerResponse } from "node:http";
import type { RouteSource } from "@berth/gateway";
import { listen, type Listener } from "./listen.ts";

/** Listens on the local port of every live service, and on no other, as services come and go. */
export class ServicePorts {
  readonly #listeners = new Map<number, Promise<Listener | undefined>>();
  #unwatch: () => void = () => {};

  /**
   * Follows the snapshot from now on. A port that cannot be bound is told to `onTrouble`, once, and tried again at the
   * next change: the service stays callable by name.
   */
  follow(
    routes: RouteSource,
    onRequest: (request: IncomingMessage, response: ServerResponse, port: number) => void,
    onTrouble: (port: number, error: unknown) => void,
  ): void {
    const apply = (): void => {
      const wanted = routes.snapshot().ports;
      for (const [port, listener] of this.#listeners) {
        if (wanted.has(port)) continue;
        this.#listeners.delete(port);
        void listener.then((open) => open?.close(true));
      }
      for (const port of wanted.keys()) {
        if (this.#listeners.has(port)) continue;
        // Services stay on this machine, wherever the server itself listens.
        const opening = listen("localhost", port, (request, response) => onRequest(request, response, port));
        this.#listeners.set(
          port,
          opening.catch((error: unknown) => {
            this.#listeners.delete(port);
            onTrouble(port, error);
            return undefined;
          }),
        );
      }
    };
    this.#unwatch = routes.watch(apply);
    apply();
  }

  async stopAccepting(): Promise<void> {
    this.#unwatch();
    for (const listener of await Promise.all(this.#listeners.values())) listener?.stopAccepting();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#listeners.values()].map(async (listener) => (await listener)?.close(true)));
  }
}
