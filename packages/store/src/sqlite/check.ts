import { statSync } from "node:fs";
import { sql } from "kysely";
import { type Connection, connect } from "./connection.ts";
import { decodeConversation } from "./conversations.ts";
import { decodeDownload } from "./downloads.ts";
import { decodeImagePull } from "./image-pulls.ts";
import { decodeKey } from "./keys.ts";
import { schemaVersion } from "./migrate.ts";
import { type Migration, migrations } from "./migrations.ts";
import { decodeDeployment, decodeEndpoint, decodeEndpointEvent } from "./endpoints.ts";
import { decodeModelRoute } from "./model-routes.ts";
import { decodeHardwarePreset, decodeSecret } from "./secrets.ts";
import { decodeProvider } from "./providers.ts";
import { decodeEvent, decodeService } from "./services.ts";
import type { Tables } from "./tables.ts";
import { integrityProblems } from "./integrity-problems.ts";
import { jobMigrations } from "./jobs/job-migrations.ts";
import { usageMigrations } from "./usage/usage-migrations.ts";

/** Reads all of the database: pages, indexes, references, and every row as what it should be. Returns what is wrong. */
export async function checkDatabase(connection: Connection): Promise<readonly string[]> {
  const { database, db } = connection;
  const integrity = integrityProblems(database);
  // rows of a file with broken pages would only repeat it
  if (integrity.length > 0) return integrity;
  const { rows: strays } = await sql<{
    table: string;
    rowid: number;
    parent: string;
  }>`pragma foreign_key_check`.execute(db);
  const references = strays.map(
    (stray) => `row ${stray.rowid} of ${stray.table} refers to a row of ${stray.parent} that is not there`,
  );
  return [...references, ...(await unreadableRows(connection))];
}

async function unreadableRows({ db }: Connection): Promise<readonly string[]> {
  const problems: string[] = [];
  const readAll = async <R>(table: keyof Tables, decodeRow: (row: R) => unknown): Promise<void> => {
    for (const row of await db.selectFrom(table).selectAll().execute()) {
      try {
        decodeRow(row as R);
      } catch (error) {
        const cause = (error as Error).cause;
        problems.push(`${(error as Error).message}${cause instanceof Error ? ` (${cause.message})` : ""}`);
      }
    }
  };
  await readAll("services", decodeService);
  await readAll("service_events", decodeEvent);
  await readAll("keys", decodeKey);
  await readAll("downloads", decodeDownload);
  await readAll("image_pulls", decodeImagePull);
  await readAll("conversations", decodeConversation);
  await readAll("providers", decodeProvider);
  await readAll("model_routes", decodeModelRoute);
  await readAll("endpoints", decodeEndpoint);
  await readAll("deployments", decodeDeployment);
  await readAll("endpoint_events", decodeEndpointEvent);
  await readAll("secrets", decodeSecret);
  await readAll("hardware_presets", decodeHardwarePreset);
  return problems;
}

/**
 * Checks a database that no server has open, or one has, without changing it: for when it does not open otherwise.
 * Returns what is wrong, in words; throws when there is no such file.
 */
export function checkDatabaseFile(path: string): Promise<readonly string[]> {
  return checkFile(path, migrations, checkDatabase);
}

/** The same for a ledger's file; one that is not there is whole. */
export async function checkUsageFile(path: string): Promise<readonly string[]> {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return [];
  return checkFile(path, usageMigrations, async ({ database }) => integrityProblems(database));
}

/** The same for a queue's file. */
export async function checkJobsFile(path: string): Promise<readonly string[]> {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return [];
  return checkFile(path, jobMigrations, async ({ database }) => integrityProblems(database));
}

async function checkFile(
  path: string,
  steps: readonly Migration[],
  check: (connection: Connection) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  let connection: Connection;
  try {
    connection = connect(path, { readOnly: true });
  } catch (error) {
    return [(error as Error).message];
  }
  try {
    const { version, name } = schemaVersion(connection);
    const known = steps.at(-1)?.version ?? 0;
    if (version === 0) return [`${path} is empty: no server has opened it yet`];
    if (version > known)
      return [
        `the schema is version ${version} ("${name}"), from a newer Berth; this one knows up to ${known}`,
      ];
    if (version < known) return [];
    return await check(connection);
  } catch (error) {
    return [(error as Error).message];
  } finally {
    connection.database.close();
  }
}
