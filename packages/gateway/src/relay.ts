import type { BerthError } from "@berth/api";
import { chooseUpstream, type Choice, type ReadyUpstream } from "./choose-upstream.ts";
import type { Exchange } from "./exchange.ts";
import { forward, type Forwarded } from "./forward.ts";
import type { ConnectionPool } from "./http1/connection-pool.ts";
import type { RequestBody } from "./http1/upstream-request.ts";
import type { GatewayLimits } from "./limits.ts";
import type { Activator, ServiceUpstream } from "./ports.ts";
import type { WaitingRoom } from "./waiting-room.ts";

/** A request that is to go to an upstream. */
export interface Errand {
  readonly path: string;
  readonly body: RequestBody;
  /** The client has asked for server-sent events. */
  readonly stream: boolean;
  /** Of those, the form that ends with `[DONE]`. */
  readonly endsWithDone: boolean;
  readonly headersFor: (upstream: ReadyUpstream) => readonly string[];
  /** Where they differ from the usual ones: audio is heard for longer than anything is written. */
  readonly limits?: GatewayLimits | undefined;
  /** Who may answer, by the routes as they are now. Throws BerthError when nobody may. */
  readonly candidates: () => readonly ServiceUpstream[];
}

export interface RelayOptions {
  readonly pool: ConnectionPool;
  readonly room: WaitingRoom;
  readonly activator: Activator;
  readonly limits: GatewayLimits;
  readonly nowMs: () => number;
}

const maxTries = 2;

/** Brings requests to upstreams: chooses, waits, sends, and asks once more where nothing can have been lost. */
export class Relay {
  readonly #options: RelayOptions;
  /** Service id -> requests sent and not yet answered to the end. */
  readonly #outstanding = new Map<string, number>();

  constructor(options: RelayOptions) {
    this.#options = options;
  }

  /** Resolves when the client has the whole answer; rejects with BerthError when it gets none, or not all of it. */
  async run(exchange: Exchange, errand: Errand): Promise<void> {
    let failed: { readonly serviceId: string | undefined; readonly error: BerthError } | undefined;
    for (let tries = 1; ; tries += 1) {
      const choice = this.#choose(errand, failed?.serviceId);
      if (failed !== undefined && !isAnotherChance(choice, failed.serviceId)) throw failed.error;
      const upstream = await this.#upstream(exchange, errand, choice);
      const forwarded = await this.#forward(exchange, errand, upstream);
      if (forwarded.kind === "answered") return;
      const { again, error } = forwarded;
      if (again === "others") this.#options.activator.wake(upstream.serviceId);
      if (tries === maxTries || again === "nobody" || errand.body.kind === "stream") throw error;
      exchange.retried = true;
      failed = { serviceId: again === "others" ? upstream.serviceId : undefined, error };
    }
  }

  #choose(errand: Errand, except: string | undefined): Choice {
    return chooseUpstream(errand.candidates(), (serviceId) => this.#outstanding.get(serviceId) ?? 0, except);
  }

  async #upstream(exchange: Exchange, errand: Errand, choice: Choice): Promise<ReadyUpstream> {
    switch (choice.kind) {
      case "send":
        return choice.upstream;
      case "refuse":
        throw choice.error;
      case "hold": {
        const [first] = choice.upstreams;
        exchange.upstream = first;
        for (const { serviceId } of choice.upstreams) this.#options.activator.wake(serviceId);
        const bytes = errand.body.kind === "bytes" ? errand.body.bytes.length : 0;
        const choose = (): Choice => this.#choose(errand, undefined);
        return this.#options.room.wait(exchange, { bytes, stream: errand.stream, choose }, first);
      }
    }
  }

  async #forward(exchange: Exchange, errand: Errand, upstream: ReadyUpstream): Promise<Forwarded> {
    const { pool, limits, nowMs } = this.#options;
    const { connection, basePath } = pool.take(upstream.state.address);
    const { serviceId } = upstream;
    exchange.upstream = upstream;
    this.#outstanding.set(serviceId, (this.#outstanding.get(serviceId) ?? 0) + 1);
    try {
      return await forward(exchange, {
        connection,
        request: {
          method: exchange.request.method ?? "GET",
          path: basePath + errand.path,
          headers: errand.headersFor(upstream),
          body: errand.body,
        },
        upstream,
        limits: errand.limits ?? limits,
        nowMs,
        endsWithDone: errand.endsWithDone,
      });
    } finally {
      const left = (this.#outstanding.get(serviceId) ?? 1) - 1;
      if (left === 0) this.#outstanding.delete(serviceId);
      else this.#outstanding.set(serviceId, left);
    }
  }
}

/** Whether there is somebody to ask who is not the one that has just failed; one that starts anew is another. */
function isAnotherChance(choice: Choice, failedServiceId: string | undefined): boolean {
  switch (choice.kind) {
    case "send":
      return choice.upstream.serviceId !== failedServiceId;
    case "hold":
      return true;
    case "refuse":
      return false;
  }
}
