import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteStore } from "../sqlite/open.ts";
import type { Store } from "../store.ts";

/** A store in a folder of its own; `await using` closes it and deletes the folder. */
export async function temporaryStore(): Promise<{ store: Store; path: string } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), "berth-store-"));
  const path = join(folder, "berth.db");
  const store = await openSqliteStore({ path });
  return {
    store,
    path,
    [Symbol.asyncDispose]: async () => {
      await store.maintenance.close();
      await rm(folder, { recursive: true });
    },
  };
}
