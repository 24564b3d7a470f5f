import type Database from "better-sqlite3";

/** What SQLite finds wrong with the pages and indexes of a file. */
export function integrityProblems(database: Database.Database): readonly string[] {
  return (database.pragma("integrity_check") as { integrity_check: string }[])
    .map((row) => row.integrity_check)
    .filter((line) => line !== "ok");
}
