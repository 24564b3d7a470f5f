import { setTimeout as sleep } from "node:timers/promises";
import type { Service } from "@berth/api";
import { isBerthApiError, type Client } from "@berth/client";
import { CliError } from "../exit.ts";

const pollMs = 250;
/** How long the server may be away (restarting, say) before waiting is given up. */
const patienceMs = 15_000;

export interface UntilOptions {
  readonly reached: (service: Service) => boolean;
  readonly timeoutMs: number | undefined;
  readonly signal: AbortSignal;
  readonly onLook: (service: Service) => void;
}

/** Looks until the service is as wished, and resolves with it. Throws `timedOut` with the last thing seen. */
export async function untilService(client: Client, id: string, options: UntilOptions): Promise<Service> {
  const { signal } = options;
  const startedMs = performance.now();
  let seen: Service | undefined;
  let seenMs = startedMs;
  for (;;) {
    const service = await look(client, id, signal).catch((error: unknown) => {
      const gone =
        isBerthApiError(error) && (error.code === "server_unreachable" || error.code === "connection_lost");
      if (seen === undefined || !gone || performance.now() - seenMs > patienceMs) throw error;
      return undefined;
    });
    if (service !== undefined) {
      seen = service;
      seenMs = performance.now();
      options.onLook(service);
      if (options.reached(service)) return service;
    }
    if (options.timeoutMs !== undefined && performance.now() - startedMs >= options.timeoutMs) {
      throw new CliError(
        "timedOut",
        `${seen?.name ?? id} is still ${seen?.status ?? "unknown"} after ${options.timeoutMs / 1000} s${seen?.statusReason ? ` (${seen.statusReason})` : ""}`,
      );
    }
    await sleep(pollMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

async function look(client: Client, id: string, signal: AbortSignal): Promise<Service> {
  return client.getService({ params: { id }, signal });
}
