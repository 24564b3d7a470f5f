import { realpath } from "node:fs/promises";
import { dirname } from "node:path";
import { lockState, openSqliteStore, parseDatabaseUrl, type StateLock } from "@berth/store/sqlite";
import type { Store } from "@berth/store";
import type { Config } from "./config.ts";
import { ensureHome } from "./home.ts";

/** The home and what is remembered, for this process alone. */
export interface State {
  readonly store: Store;
  readonly databasePath: string;
  /** Lets whoever is refused know where this server is called. */
  setPort(port: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * Makes the home, takes it (and the state directory, where that is another) for this process, and opens the database.
 * Throws `conflict` naming the server that has it.
 */
export async function openState(config: Config): Promise<State> {
  const { path } = parseDatabaseUrl(config.settings.BERTH_DATABASE_URL, config.stateDir);
  await ensureHome(config.homeDir);
  const locks: StateLock[] = [];
  try {
    for (const dir of await directoriesOf(config, path)) locks.push(await lockState({ dir }));
    const store = await openSqliteStore({ path });
    return {
      store,
      databasePath: path,
      setPort: async (port) => {
        for (const lock of locks) await lock.setPort(port);
      },
      close: async () => {
        await store.maintenance.close();
        for (const lock of locks) await lock.release();
      },
    };
  } catch (error) {
    for (const lock of locks) await lock.release();
    throw error;
  }
}

/** Home, state directory and the database's own, each once, by whatever names they are called. */
async function directoriesOf(config: Config, databasePath: string): Promise<ReadonlySet<string>> {
  const dirs = [config.homeDir, config.stateDir, dirname(databasePath)];
  return new Set(await Promise.all(dirs.map(async (dir) => realpath(dir).catch(() => dir))));
}
