import { realpath } from "node:fs/promises";
import { dirname } from "node:path";
import {
  type JobLink,
  jobsPathOf,
  lockState,
  openJobStore,
  openSqliteStore,
  openUsageStore,
  parseDatabaseUrl,
  type StateLock,
  usagePathOf,
} from "@berth/store/sqlite";
import type { Maintenance, Store, UsageStore } from "@berth/store";
import type { Config } from "./config.ts";
import { ensureHome } from "./home.ts";

/** The home and what is remembered, for this process alone. */
export interface State {
  readonly store: Store;
  readonly usage: UsageStore;
  readonly jobs: JobLink;
  readonly databasePath: string;
  /** Of the database, the ledger and the queue; copies of these get the other's name with `.usage` and `.jobs` behind it. */
  readonly maintenance: Pick<Maintenance, "check" | "backup">;
  /** Lets whoever is refused know where this server is called. */
  setPort(port: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * Makes the home, takes it (and the state directory, where that is another) for this process, and opens the database.
 * Throws `conflict` naming the server that has it. `onLost` is told of requests that the ledger could not take.
 */
export async function openState(
  config: Config,
  onLost: (requests: number, reason: string) => void,
): Promise<State> {
  const { path } = parseDatabaseUrl(config.settings.BERTH_DATABASE_URL, config.stateDir);
  await ensureHome(config.homeDir);
  const locks: StateLock[] = [];
  try {
    for (const dir of await directoriesOf(config, path)) locks.push(await lockState({ dir }));
    const store = await openSqliteStore({ path });
    const usage = await openUsageStore({ path: usagePathOf(path), onLost }).catch(async (error: unknown) => {
      await store.maintenance.close();
      throw error;
    });
    const jobs = await openJobStore({ path: jobsPathOf(path) }).catch(async (error: unknown) => {
      await usage.close();
      await store.maintenance.close();
      throw error;
    });
    return {
      store,
      usage,
      jobs,
      databasePath: path,
      maintenance: {
        check: async () => [
          ...(await store.maintenance.check()),
          ...(await usage.check()),
          ...(await jobs.check()),
        ],
        backup: async (target) => {
          const { sizeBytes } = await store.maintenance.backup(target);
          const ledger = await usage.backup(`${target}.usage`);
          const queue = await jobs.backup(`${target}.jobs`);
          return { sizeBytes: sizeBytes + ledger.sizeBytes + queue.sizeBytes };
        },
      },
      setPort: async (port) => {
        for (const lock of locks) await lock.setPort(port);
      },
      close: async () => {
        await jobs.close();
        await usage.close();
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
