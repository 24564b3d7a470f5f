import Database from "better-sqlite3";
import { Kysely, SqliteDialect, type SqliteDatabase, type SqliteStatement } from "kysely";
import { explainSqliteError } from "./sqlite-error.ts";
import type { Tables } from "./tables.ts";

/** An open database: as better-sqlite3 has it, and the query layer over the same connection. */
export interface Connection {
  readonly path: string;
  readonly database: Database.Database;
  readonly db: Kysely<Tables>;
}

const busyTimeoutMs = 5000;
const maxStatements = 256;

/**
 * Opens the file, which must exist. Every commit reaches the disk before it is acknowledged (`synchronous = FULL`): a
 * row says what has been started, and a power cut that took it back would leak an engine. Writes follow changes of
 * state, not requests, so the sync costs nothing that anybody waits for.
 */
export function connect(path: string, options: { readonly readOnly?: boolean } = {}): Connection {
  const database = explained(path, () => {
    const opened = new Database(path, {
      fileMustExist: true,
      timeout: busyTimeoutMs,
      readonly: options.readOnly === true,
    });
    try {
      if (options.readOnly !== true) opened.pragma("journal_mode = WAL");
      opened.pragma("synchronous = FULL");
      opened.pragma("foreign_keys = ON");
      // reads the first page, so that a file which is no database is told now
      opened.pragma("schema_version");
      return opened;
    } catch (error) {
      opened.close();
      throw error;
    }
  });
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: forKysely(database, path) }) });
  return { path, database, db };
}

function explained<T>(path: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw explainSqliteError(error, path);
  }
}

/** The connection as Kysely's driver calls it: statements are prepared once, errors say what to do. */
function forKysely(database: Database.Database, path: string): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>();
  return {
    close: () => void database.close(),
    prepare: (sql) => {
      const known = statements.get(sql);
      if (known !== undefined) return known;
      // a transaction that reads first must not lose its turn to write
      const statement = explained(path, () => database.prepare(sql === "begin" ? "begin immediate" : sql));
      const wrapped: SqliteStatement = {
        reader: statement.reader,
        all: (parameters) => explained(path, () => statement.all(...parameters)),
        run: (parameters) => {
          // a full disk has ended the transaction already; the reason must not be lost in a failed rollback
          if (sql === "rollback" && !database.inTransaction) return { changes: 0, lastInsertRowid: 0 };
          return explained(path, () => statement.run(...parameters));
        },
        iterate: (parameters) => explained(path, () => statement.iterate(...parameters)),
      };
      if (statements.size >= maxStatements) statements.clear();
      statements.set(sql, wrapped);
      return wrapped;
    },
  };
}
