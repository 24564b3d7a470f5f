import type { IncomingMessage, ServerResponse } from "node:http";
import type { RouteSource } from "@berth/gateway";
import { listen, type Listener } from "./listen.ts";

/** For answers that are being written when their service has ended. */
const lastAnswersMs = 300;

/** Listens on the local port of every live service, and on no other, as services come and go. */
export class ServicePorts {
  readonly #listeners = new Map<number, Promise<Listener | undefined>>();
  /** Ports that could not be bound. */
  readonly #troubled = new Set<number>();
  readonly #retryMs: number;
  #retry: NodeJS.Timeout | undefined;
  #unwatch: () => void = () => {};

  constructor(retryMs = 5_000) {
    this.#retryMs = retryMs;
  }

  /**
   * Follows the snapshot from now on. A port that cannot be bound is told to `onTrouble`, once, and tried again every
   * `retryMs`: the service stays callable by name.
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
        void listener.then((open) => open?.close(lastAnswersMs));
      }
      for (const port of this.#troubled) if (!wanted.has(port)) this.#troubled.delete(port);
      for (const port of wanted.keys()) {
        if (this.#listeners.has(port)) continue;
        // Services stay on this machine, wherever the server itself listens.
        const opening = listen("localhost", port, (request, response) => onRequest(request, response, port));
        this.#listeners.set(
          port,
          opening.then(
            (listener) => {
              this.#troubled.delete(port);
              return listener;
            },
            (error: unknown) => {
              this.#listeners.delete(port);
              if (!this.#troubled.has(port)) onTrouble(port, error);
              this.#troubled.add(port);
              this.#retry ??= setTimeout(() => {
                this.#retry = undefined;
                apply();
              }, this.#retryMs);
              return undefined;
            },
          ),
        );
      }
    };
    this.#unwatch = routes.watch(apply);
    apply();
  }

  async stopAccepting(): Promise<void> {
    this.#unwatch();
    for (const listener of await Promise.all(this.#listeners.values())) listener?.stopAccepting();
    clearTimeout(this.#retry);
  }

  /** As each listener's `close`. */
  async close(withinMs: number): Promise<void> {
    const listeners = await Promise.all(this.#listeners.values());
    await Promise.all(listeners.map(async (listener) => listener?.close(withinMs)));
  }
}
