import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openUsageStore } from "../sqlite/usage/open-usage.ts";
import type { UsageLink } from "../sqlite/usage/usage-link.ts";

/** A ledger in a folder of its own; `await using` closes it and deletes the folder. */
export async function temporaryUsage(): Promise<
  { usage: UsageLink; path: string; lost: (readonly [count: number, reason: string])[] } & AsyncDisposable
> {
  const folder = await mkdtemp(join(tmpdir(), "berth-usage-"));
  const path = join(folder, "usage.db");
  const lost: (readonly [number, string])[] = [];
  const usage = await openUsageStore({ path, onLost: (count, reason) => lost.push([count, reason]) });
  return {
    usage,
    path,
    lost,
    [Symbol.asyncDispose]: async () => {
      await usage.close();
      await rm(folder, { recursive: true });
    },
  };
}
