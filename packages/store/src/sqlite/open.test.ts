import { execFile } from "node:child_process";
import { chmod, copyFile, readdir, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { temporaryFolder } from "@berth/testing/temporary-folder";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { conversation, keyRow } from "../testing/rows.ts";
import { checkDatabaseFile } from "./check.ts";
import { openSqliteStore } from "./open.ts";

const opener = fileURLToPath(new URL("../testing/open-store.ts", import.meta.url));
const disk = 0xef53;
const probe = (type: number, mounts = "") => ({
  type: () => Promise.resolve(type),
  mounts: () => Promise.resolve(mounts),
});

test("makes a file that only its owner can read, in a directory that only its owner can enter", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "state", "berth.db");
  const store = await openSqliteStore({ path });
  await store.keys.insertKey(keyRow());
  const mode = async (name: string) => ((await stat(join(folder.path, name))).mode & 0o777).toString(8);
  expect(await mode("state")).toBe("700");
  for (const name of ["berth.db", "berth.db-wal", "berth.db-shm"])
    expect(await mode(`state/${name}`)).toBe("600");
  await store.maintenance.close();
});

test("tightens a file that others could read", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "berth.db");
  await (await openSqliteStore({ path })).maintenance.close();
  await chmod(path, 0o644);
  await (await openSqliteStore({ path })).maintenance.close();
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test("remembers over closing and opening; closing twice does nothing; a closed store refuses", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "berth.db");
  const first = await openSqliteStore({ path });
  const writes = [first.keys.insertKey(keyRow()), first.maintenance.close(), first.maintenance.close()];
  await Promise.all(writes);
  await expect(first.keys.listKeys()).rejects.toThrow();
  const second = await openSqliteStore({ path });
  expect(await second.keys.listKeys()).toEqual([keyRow()]);
  await second.maintenance.close();
  expect((await readdir(folder.path)).filter((name) => name.endsWith(".bak"))).toEqual([]);
});

test.each([
  ["NFS", 0x6969, ""],
  ["Lustre", 0x0bd00bd0, ""],
  ["GPFS", 0x47504653, ""],
  ["CIFS", 0xff534d42, ""],
  ["CIFS", 0xff534d42 | 0, ""],
  [
    "sshfs",
    0x65735546,
    "22 1 0:21 / / rw - ext4 /dev/sda rw\n36 22 0:31 / $DIR rw,nosuid - fuse.sshfs me@host:/ rw\n",
  ],
])("refuses %s (%d) with the way out, and makes nothing there", async (name, type, mounts) => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "berth.db");
  const fileSystem = probe(type, mounts.replace("$DIR", folder.path));
  const opening = openSqliteStore({ path, fileSystem });
  await expect(opening).rejects.toMatchObject({ code: "unsupported" });
  await expect(opening).rejects.toThrow(`network file system (${name})`);
  await expect(opening).rejects.toThrow("BERTH_STATE_DIR");
  expect(await readdir(folder.path)).toEqual([]);
});

test.each([
  ["a local disk", disk, ""],
  ["a local disk through FUSE", 0x65735546, "36 22 0:31 / / rw - fuseblk /dev/sdb1 rw\n"],
])("accepts %s", async (_, type, mounts) => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "berth.db");
  const store = await openSqliteStore({ path, fileSystem: probe(type, mounts) });
  await store.maintenance.close();
});

test("a file that is no database is refused with what to do, and stays as it was", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "berth.db");
  await writeFile(path, "these are the words of a letter, not a database ".repeat(100));
  const opening = openSqliteStore({ path });
  await expect(opening).rejects.toThrow(/berth\.db is damaged .*berth db check.*before-\*\.bak/);
  expect((await stat(path)).size).toBe(4800);
  expect(await checkDatabaseFile(path)).toEqual([expect.stringContaining("damaged")]);
});

test("a database with broken pages fails with what to do, and the check tells", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "berth.db");
  const store = await openSqliteStore({ path });
  for (let index = 0; index < 20; index += 1)
    await store.conversations.putConversation(
      conversation({ id: `c${index}`, systemPrompt: "x".repeat(20_000) }),
    );
  await store.maintenance.close();
  await truncate(path, 64 * 1024);
  await expect(
    openSqliteStore({ path }).then(async (broken) => {
      try {
        await broken.conversations.getConversation("c19");
      } finally {
        await broken.maintenance.close();
      }
    }),
  ).rejects.toThrow("run `berth db check`");
  expect((await checkDatabaseFile(path)).length).toBeGreaterThan(0);
});

test("a database of something else is left alone", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "berth.db");
  const other = new Database(path);
  other.exec("create table recipes (name text)");
  other.close();
  await expect(openSqliteStore({ path })).rejects.toThrow("not Berth's");
  const again = new Database(path, { readonly: true });
  expect(again.prepare("select name from sqlite_master").pluck().all()).toEqual(["recipes"]);
  again.close();
});

test("a directory that cannot be made says why", async () => {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, "file"), "");
  await expect(openSqliteStore({ path: join(folder.path, "file", "berth.db") })).rejects.toMatchObject({
    code: "read_only",
  });
});

test.each([
  { what: "directory", file: undefined },
  { what: "file", file: 0o400 },
])("a $what that may not be written says so, and what to do", async ({ file }) => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "berth.db");
  if (file !== undefined) await writeFile(path, "");
  if (file !== undefined) await chmod(path, file);
  await chmod(folder.path, file === undefined ? 0o555 : 0o777);
  // root may write anywhere
  const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  const { stdout } = await promisify(execFile)(process.execPath, [opener, path], nobody);
  expect(stdout).toMatch(/^read_only: cannot write .*: permission denied.*BERTH_STATE_DIR/);
});

test("a backup is whole, private, and never replaces a file", async () => {
  await using folder = await temporaryFolder();
  const store = await openSqliteStore({ path: join(folder.path, "berth.db") });
  await store.keys.insertKey(keyRow());
  const copy = join(folder.path, "copy.db");
  const { sizeBytes } = await store.maintenance.backup(copy);
  expect(await stat(copy)).toMatchObject({ size: sizeBytes });
  expect((await stat(copy)).mode & 0o777).toBe(0o600);
  await expect(store.maintenance.backup(copy)).rejects.toMatchObject({ code: "already_exists" });
  await expect(store.maintenance.backup(join(folder.path, "no", "copy.db"))).rejects.toMatchObject({
    code: "read_only",
  });
  const restored = await openSqliteStore({ path: copy });
  expect(await restored.keys.listKeys()).toEqual([keyRow()]);
  await Promise.all([restored.maintenance.close(), store.maintenance.close()]);
});

test("a backup made while others write is a moment of the truth", async () => {
  await using folder = await temporaryFolder();
  const store = await openSqliteStore({ path: join(folder.path, "berth.db") });
  const write = (index: number) =>
    store.conversations.putConversation(conversation({ id: `c${index}`, systemPrompt: "x".repeat(5000) }));
  for (let index = 0; index < 300; index += 1) await write(index);
  const copy = join(folder.path, "copy.db");
  await Promise.all([
    store.maintenance.backup(copy),
    (async () => {
      for (let index = 300; index < 400; index += 1) await write(index);
    })(),
  ]);
  await store.maintenance.close();
  expect(await checkDatabaseFile(copy)).toEqual([]);
  const restored = await openSqliteStore({ path: copy });
  expect((await restored.conversations.listConversations()).length).toBeGreaterThanOrEqual(300);
  await restored.maintenance.close();
});

test("the check finds nothing in a whole database, and names a row that is not what it should be", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "berth.db");
  const store = await openSqliteStore({ path });
  await store.keys.insertKey(keyRow());
  expect(await store.maintenance.check()).toEqual([]);
  expect(await checkDatabaseFile(path)).toEqual([]);
  const raw = new Database(path);
  raw.exec(`update keys set scopes_json = '["king"]'`);
  raw.exec("pragma foreign_keys = off");
  raw.exec("insert into service_events values (7, 'nobody', 1, 'HEALTHY', '', '{}')");
  raw.close();
  expect(await store.maintenance.check()).toEqual([
    expect.stringContaining("service_events refers to a row of services"),
    expect.stringContaining("key key1 cannot be read"),
  ]);
  await store.maintenance.close();
});

test("the check of a file that is not there says so", async () => {
  await using folder = await temporaryFolder();
  expect(await checkDatabaseFile(join(folder.path, "none.db"))).toEqual([expect.stringContaining("none.db")]);
  await copyFile("/dev/null", join(folder.path, "empty.db"));
  expect(await checkDatabaseFile(join(folder.path, "empty.db"))).toEqual([expect.stringContaining("empty")]);
});
