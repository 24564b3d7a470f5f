import { setTimeout as sleep } from "node:timers/promises";
import type { RequestRecord } from "@berth/api";
import type { Client } from "@berth/client";
import { endedAt } from "./request-columns.ts";

const pollMs = 1000;
/** The ledger has a request within a second of its end; and clocks differ. */
const lateMs = 10_000;
const atOnce = 1000;

export interface FollowOptions {
  readonly query: NonNullable<NonNullable<Parameters<Client["listRequests"]>[0]>["query"]>;
  /** Those that are known already; all of the last seconds are among them. */
  readonly past: readonly RequestRecord[];
  readonly nowMs: number;
  readonly signal: AbortSignal;
  readonly onRequest: (record: RequestRecord) => void;
}

/** Tells of each further request that ends, once, until the signal aborts. */
export async function followRequests(client: Client, options: FollowOptions): Promise<never> {
  const { query, past, signal, onRequest } = options;
  let seen = new Set(past.map(nameOf));
  let from = Math.max(options.nowMs, ...past.map(endedAt));
  for (;;) {
    const { data } = await client.listRequests({
      query: { ...query, from: from - lateMs, limit: atOnce },
      signal,
    });
    for (const record of data.toReversed()) if (!seen.has(nameOf(record))) onRequest(record);
    // what is older is not asked for again
    seen = new Set(data.map(nameOf));
    if (data[0] !== undefined) from = Math.max(from, endedAt(data[0]));
    await sleep(pollMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

function nameOf({ id, startedAt }: RequestRecord): string {
  return `${id} ${startedAt}`;
}
