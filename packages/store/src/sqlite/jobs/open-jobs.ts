import { dirname, extname, join } from "node:path";
import { type Clock, systemClock } from "@berth/std/clock";
import { connect } from "../connection.ts";
import { prepareDatabaseFile } from "../database-file.ts";
import { type FileSystemProbe, systemProbe } from "../file-system.ts";
import { migrate } from "../migrate.ts";
import { JobLink } from "./job-link.ts";
import { jobMigrations } from "./job-migrations.ts";

export interface JobStoreOptions {
  /** Absolute; the file and its directory are made when absent. */
  readonly path: string;
  readonly clock?: Pick<Clock, "now">;
  readonly fileSystem?: FileSystemProbe;
}

/** Where the queue of a database lies: beside it. */
export function jobsPathOf(databasePath: string): string {
  return join(dirname(databasePath), "jobs.db");
}

/** Opens the queue, bringing its schema up to date. Throws as `openSqliteStore` does. */
export async function openJobStore(options: JobStoreOptions): Promise<JobLink> {
  const { path, clock = systemClock, fileSystem = systemProbe } = options;
  await prepareDatabaseFile(path, fileSystem);
  const connection = connect(path);
  try {
    await migrate(connection, jobMigrations, clock);
  } finally {
    connection.database.close();
  }
  // beside this file, in sources as in a bundle
  const thread = new URL(`./job-thread${extname(import.meta.url)}`, import.meta.url);
  return new JobLink({ path, thread });
}
