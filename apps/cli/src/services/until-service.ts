import type { Service } from "@berth/api";
import type { Client } from "@berth/client";
import { lookUntil } from "../look-until.ts";

export interface UntilOptions {
  readonly reached: (service: Service) => boolean;
  readonly timeoutMs: number | undefined;
  readonly signal: AbortSignal;
  readonly onLook: (service: Service) => void;
}

/** Looks until the service is as wished, and resolves with it. Throws `timedOut` with the last thing seen. */
export function untilService(client: Client, id: string, options: UntilOptions): Promise<Service> {
  const { timeoutMs = 0 } = options;
  return lookUntil({
    ...options,
    look: (signal) => client.getService({ params: { id }, signal }),
    still: (seen) =>
      `${seen?.name ?? id} is still ${seen?.status ?? "unknown"} after ${timeoutMs / 1000} s${seen?.statusReason ? ` (${seen.statusReason})` : ""}`,
  });
}
