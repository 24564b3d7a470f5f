import { dirname, extname, join } from "node:path";
import { type Clock, systemClock } from "@berth/std/clock";
import { connect } from "../connection.ts";
import { prepareDatabaseFile } from "../database-file.ts";
import { type FileSystemProbe, systemProbe } from "../file-system.ts";
import { migrate } from "../migrate.ts";
import { UsageLink, type UsageLinkOptions } from "./usage-link.ts";
import { usageMigrations } from "./usage-migrations.ts";

export interface UsageStoreOptions extends Pick<UsageLinkOptions, "onLost"> {
  /** Absolute; the file and its directory are made when absent. */
  readonly path: string;
  readonly clock?: Pick<Clock, "now">;
  readonly fileSystem?: FileSystemProbe;
}

/** Where the ledger of a database lies: beside it. */
export function usagePathOf(databasePath: string): string {
  return join(dirname(databasePath), "usage.db");
}

/** Opens the ledger, bringing its schema up to date. Throws as `openSqliteStore` does. */
export async function openUsageStore(options: UsageStoreOptions): Promise<UsageLink> {
  const { path, onLost, clock = systemClock, fileSystem = systemProbe } = options;
  await prepareDatabaseFile(path, fileSystem);
  const connection = connect(path);
  try {
    await migrate(connection, usageMigrations, clock);
  } finally {
    connection.database.close();
  }
  // beside this file, in sources as in a bundle
  const thread = new URL(`./usage-thread${extname(import.meta.url)}`, import.meta.url);
  return new UsageLink({ path, thread, onLost });
}
