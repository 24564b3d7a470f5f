/** The store in a SQLite file on this machine, for one server at a time. */
export { backupOtherFile } from "./backup.ts";
export { checkDatabaseFile, checkJobsFile, checkUsageFile } from "./check.ts";
export { type DatabaseLocation, parseDatabaseUrl } from "./database-url.ts";
export { type FileSystemProbe, networkFileSystem } from "./file-system.ts";
export type { JobLink } from "./jobs/job-link.ts";
export { jobsPathOf, type JobStoreOptions, openJobStore } from "./jobs/open-jobs.ts";
export { lockState, type LockRecord, type StateLock } from "./lock.ts";
export { openSqliteStore, type SqliteStoreOptions } from "./open.ts";
export { openUsageStore, type UsageStoreOptions, usagePathOf } from "./usage/open-usage.ts";
export type { UsageLink } from "./usage/usage-link.ts";
