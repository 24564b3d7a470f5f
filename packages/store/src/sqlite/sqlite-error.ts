import { basename } from "node:path";
import { BerthError } from "@berth/api/error";
import Database from "better-sqlite3";

/** Turns what SQLite says of the file or the disk into an error that names the fix; returns any other error as it is. */
export function explainSqliteError(error: unknown, path: string): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  const said = `${error.message}, ${error.code}`;
  // extended codes carry their kind in front: SQLITE_IOERR_FSYNC
  switch (error.code.split("_")[1] ?? "") {
    case "CORRUPT":
    case "NOTADB":
      return damaged(path, said, error);
    case "FULL":
      return new BerthError("insufficient_disk", `no room left on the disk of ${path} (${said})`, {
        cause: error,
      });
    case "READONLY":
    case "CANTOPEN":
    case "PERM":
      return new BerthError(
        "read_only",
        `cannot write the database ${path} (${said}): make it writable, or set BERTH_STATE_DIR`,
        { cause: error },
      );
    case "BUSY":
    case "LOCKED":
      return new BerthError(
        "service_unavailable",
        `another program keeps the database ${path} locked (${said}): close it`,
        { cause: error },
      );
    case "IOERR":
      return new BerthError("internal", `the disk under the database ${path} fails (${said})`, {
        cause: error,
      });
    default:
      return error;
  }
}

/** What to do about a database that SQLite, or a row of it that we, cannot read. */
export function damaged(path: string, what: string, cause?: unknown): BerthError {
  return new BerthError(
    "internal",
    `the database ${path} is damaged (${what}): run \`berth db check\`; to go back, replace it, and remove ` +
      `${basename(path)}-wal and ${basename(path)}-shm, with one of ${path}.before-*.bak or a copy of your own`,
    { cause },
  );
}

/** The columns of a broken UNIQUE or PRIMARY KEY rule, as `table.column`; `undefined` for any other error. */
export function brokenUniqueness(error: unknown): readonly string[] | undefined {
  if (!(error instanceof Database.SqliteError)) return undefined;
  if (error.code !== "SQLITE_CONSTRAINT_UNIQUE" && error.code !== "SQLITE_CONSTRAINT_PRIMARYKEY")
    return undefined;
  return error.message.replace(/^UNIQUE constraint failed: /, "").split(", ");
}
