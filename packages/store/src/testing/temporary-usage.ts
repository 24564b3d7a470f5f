import { join } from "node:path";
import { temporaryFolder } from "@berth/testing/temporary-folder";
import { openUsageStore } from "../sqlite/usage/open-usage.ts";
import type { UsageLink } from "../sqlite/usage/usage-link.ts";

/** A ledger in a folder of its own; `await using` closes it and deletes the folder. */
export async function temporaryUsage(): Promise<
  { usage: UsageLink; path: string; lost: (readonly [count: number, reason: string])[] } & AsyncDisposable
> {
  const folder = await temporaryFolder();
  const path = join(folder.path, "usage.db");
  const lost: (readonly [number, string])[] = [];
  const usage = await openUsageStore({ path, onLost: (count, reason) => lost.push([count, reason]) });
  return {
    usage,
    path,
    lost,
    [Symbol.asyncDispose]: async () => {
      await usage.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}
