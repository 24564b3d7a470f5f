import type Database from "better-sqlite3";

/** A database's statements, each prepared once: there are as many as the code has texts of them. */
export class Statements {
  readonly #database: Database.Database;
  readonly #prepared = new Map<string, Database.Statement>();

  constructor(database: Database.Database) {
    this.#database = database;
  }

  of(sql: string): Database.Statement {
    let statement = this.#prepared.get(sql);
    if (statement === undefined) this.#prepared.set(sql, (statement = this.#database.prepare(sql)));
    return statement;
  }
}

/** Statements by their names, each prepared at once. */
export function prepareAll<Name extends string>(
  database: Database.Database,
  texts: Readonly<Record<Name, string>>,
): Readonly<Record<Name, Database.Statement>> {
  const prepared = Object.entries<string>(texts).map(([name, sql]) => [name, database.prepare(sql)]);
  return Object.fromEntries(prepared) as Record<Name, Database.Statement>;
}
