import { join } from "node:path";
import { temporaryFolder } from "@berth/testing/temporary-folder";
import { openSqliteStore } from "../sqlite/open.ts";
import type { Store } from "../store.ts";

/** A store in a folder of its own; `await using` closes it and deletes the folder. */
export async function temporaryStore(): Promise<{ store: Store; path: string } & AsyncDisposable> {
  const folder = await temporaryFolder();
  const path = join(folder.path, "berth.db");
  const store = await openSqliteStore({ path });
  return {
    store,
    path,
    [Symbol.asyncDispose]: async () => {
      await store.maintenance.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}
