import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { FakeClock } from "@berth/std/clock";
import { temporaryFolder } from "@berth/testing/temporary-folder";
import Database from "better-sqlite3";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { keyRow } from "../testing/rows.ts";
import { connect } from "./connection.ts";
import { migrate } from "./migrate.ts";
import { type Migration, migrations } from "./migrations.ts";
import { openSqliteStore } from "./open.ts";

const newest = migrations.length;

const addNotes: Migration = {
  version: newest + 1,
  name: "notes",
  up: async (db) => {
    await sql`create table notes (body text) strict`.execute(db);
    await sql`insert into notes values ('kept')`.execute(db);
  },
};

async function made(folder: string): Promise<string> {
  const path = join(folder, "berth.db");
  const store = await openSqliteStore({ path });
  await store.keys.insertKey(keyRow());
  await store.maintenance.close();
  return path;
}

async function upgrade(path: string, steps: readonly Migration[], clock = new FakeClock()): Promise<void> {
  const connection = connect(path);
  try {
    await migrate(connection, steps, clock);
  } finally {
    connection.database.close();
  }
}

const tables = (path: string): unknown[] => {
  const database = new Database(path, { readonly: true });
  try {
    return database.prepare("select name from sqlite_master where type = 'table'").pluck().all();
  } finally {
    database.close();
  }
};

test("versions run from 1 without gaps", () => {
  expect(migrations.map((migration) => migration.version)).toEqual(migrations.map((_, index) => index + 1));
});

test("an upgrade copies the database first, privately, and keeps what it held", async () => {
  await using folder = await temporaryFolder();
  const path = await made(folder.path);
  await upgrade(path, [...migrations, addNotes]);
  const backup = join(folder.path, `berth.db.before-${newest + 1}-20231114T221320000Z.bak`);
  expect((await stat(backup)).mode & 0o777).toBe(0o600);
  expect(tables(backup)).not.toContain("notes");
  expect(tables(path)).toContain("notes");
  const database = new Database(path, { readonly: true });
  expect(database.prepare("select name from keys").pluck().all()).toEqual(["laptop"]);
  expect(database.prepare("select version, name from migrations").all()).toEqual([
    ...migrations.map(({ version, name }) => ({ version, name })),
    { version: newest + 1, name: "notes" },
  ]);
  database.close();
});

test("nothing to do: nothing is copied", async () => {
  await using folder = await temporaryFolder();
  const path = await made(folder.path);
  await upgrade(path, migrations);
  expect((await readdir(folder.path)).filter((name) => name.endsWith(".bak"))).toEqual([]);
});

test.each<{ what: string; up: Migration["up"] }>([
  {
    what: "fails",
    up: async (db) => {
      await addNotes.up(db);
      throw new Error("half way");
    },
  },
  {
    what: "leaves a reference to nothing",
    up: async (db) => {
      await addNotes.up(db);
      await sql`insert into service_events values (1, 'nobody', 1, 'HEALTHY', '', '{}')`.execute(db);
    },
  },
])("a step that $what changes nothing, and the next start tries again", async ({ up }) => {
  await using folder = await temporaryFolder();
  const path = await made(folder.path);
  await expect(upgrade(path, [...migrations, { ...addNotes, up }])).rejects.toThrow();
  expect(tables(path)).not.toContain("notes");
  await upgrade(path, [...migrations, addNotes], new FakeClock(1_800_000_000_000));
  expect(tables(path)).toContain("notes");
});

test("a step may rebuild a table that others refer to", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "berth.db");
  await made(folder.path);
  const raw = new Database(path);
  raw.exec(
    "insert into services values ('s', 1, 'n', 'p', 'HEALTHY', 1, 1, 1, 'running', 0, null, 'x', null, '{}', 0, '{}')",
  );
  raw.exec("insert into service_events values (1, 's', 1, 'HEALTHY', '', '{}')");
  raw.close();
  const rebuild: Migration = {
    version: newest + 1,
    name: "rebuild",
    up: async (db) => {
      await sql`create table services_new as select * from services`.execute(db);
      await sql`drop table services`.execute(db);
      await sql`create table services (id text primary key, rest text)`.execute(db);
      await sql`insert into services select id, name from services_new`.execute(db);
      await sql`drop table services_new`.execute(db);
    },
  };
  await upgrade(path, [...migrations, rebuild]);
  const database = new Database(path, { readonly: true });
  expect(database.prepare("select count(*) from service_events").pluck().get()).toBe(1);
  database.close();
});

test("only the last three copies are kept", async () => {
  await using folder = await temporaryFolder();
  const path = await made(folder.path);
  const clock = new FakeClock();
  for (let count = 1; count <= 5; count += 1) {
    await clock.advance(1000);
    const steps = Array.from({ length: count }, (_, index) => ({
      version: newest + 1 + index,
      name: `step ${index}`,
      up: async () => {},
    }));
    await upgrade(path, [...migrations, ...steps], clock);
  }
  const kept = (await readdir(folder.path)).filter((name) => name.endsWith(".bak"));
  expect(new Set(kept.map((name) => name.replace(/-\d+T\d+Z\.bak$/, "")))).toEqual(
    new Set([3, 4, 5].map((count) => `berth.db.before-${newest + count}`)),
  );
  expect(kept).toHaveLength(3);
});

test("a database from a newer Berth is refused with both versions and the copy to go back to, and not touched", async () => {
  await using folder = await temporaryFolder();
  const path = await made(folder.path);
  await upgrade(path, [...migrations, addNotes]);
  const opening = openSqliteStore({ path });
  await expect(opening).rejects.toMatchObject({
    code: "unsupported",
    details: { version: newest + 1, known: newest },
  });
  await expect(opening).rejects.toThrow(
    new RegExp(
      String.raw`version ${newest + 1} \("notes"\).*knows up to version ${newest}.*berth\.db\.before-${newest + 1}-\d+T\d+Z\.bak`,
    ),
  );
  expect(tables(path)).toContain("notes");
});
