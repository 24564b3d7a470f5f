import {
  BerthError,
  type RequestDetails,
  type RequestRecord,
  type RouteInput,
  type Routes,
  type UsageRow,
} from "@berth/api";
import type { Clock } from "@berth/std/clock";
import type { UsageStore } from "@berth/store";
import type { Keys } from "./keys.ts";

export interface UsageOptions {
  readonly store: UsageStore;
  readonly keys: Pick<Keys, "idOf" | "nameOf">;
  readonly clock: Pick<Clock, "now">;
}

const dayMs = 86_400_000;

/** What the ledger tells. */
export class Usage {
  readonly #options: UsageOptions;

  constructor(options: UsageOptions) {
    this.#options = options;
  }

  /** Throws `invalid_request` when the time ends before it begins. */
  async group(query: RouteInput<Routes["getUsage"]>["query"]): Promise<UsageRow[]> {
    const { store, keys, clock } = this.#options;
    const { key, from: asked, to = clock.now(), ...filter } = query;
    const from = asked ?? to - dayMs;
    if (from > to) throw endsFirst();
    const keyId = key === undefined ? undefined : keys.idOf(key);
    const rows = await store.groupUsage({ ...filter, fromMs: from, toMs: to, keyId });
    return rows.map((row) => (query.by === "key" ? { ...row, group: keys.nameOf(String(row.group)) } : row));
  }

  async list(
    query: RouteInput<Routes["listRequests"]>["query"],
  ): Promise<{ data: RequestRecord[]; next: string | null }> {
    const { from, to, key, ...filter } = query;
    if (from !== undefined && to !== undefined && from > to) throw endsFirst();
    const keyId = key === undefined ? undefined : this.#options.keys.idOf(key);
    const { records, next } = await this.#options.store.listRequests({
      ...filter,
      keyId,
      fromMs: from,
      toMs: to,
    });
    return { data: [...records], next };
  }

  /** Throws `not_found`. */
  async get(id: string): Promise<RequestDetails> {
    const found = await this.#options.store.getRequest(id);
    if (found === undefined)
      throw new BerthError(
        "not_found",
        `there is no request ${id}: it has not ended, is older than BERTH_USAGE_DAYS, or never was`,
        { param: "id" },
      );
    return found;
  }
}

function endsFirst(): BerthError {
  return new BerthError("invalid_request", "to: give a time after `from`", { param: "to" });
}
