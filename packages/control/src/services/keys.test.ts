import { join } from "node:path";
import { BerthError, type KeyLimits } from "@berth/api";
import { FakeClock } from "@berth/std/clock";
import { openSqliteStore } from "@berth/store/sqlite";
import { temporaryFolder } from "@berth/testing/temporary-folder";
import { expect, test } from "vitest";
import { Changes } from "./changes.ts";
import { hashKey } from "./key-text.ts";
import { Keys } from "./keys.ts";

const admin = {
  key: `sk-berth-${"A".repeat(43)}`,
  createdAt: 1,
  howToRotate: "For a new one, remove admin.key and start the server again",
};

async function world() {
  const folder = await temporaryFolder();
  const store = await openSqliteStore({ path: join(folder.path, "berth.db") });
  const clock = new FakeClock();
  const changes = new Changes();
  const told: string[] = [];
  changes.subscribe((change) => told.push(change.type));
  const limits = new Map<string, KeyLimits>();
  const room = { keys: Infinity };
  const load = () =>
    Keys.load({
      store: store.keys,
      limits: {
        setLimits: async (given) => {
          if (limits.size + given.size > room.keys) throw new BerthError("unprocessable", "no room");
          for (const [id, what] of given) limits.set(id, what);
        },
        budgets: (id) =>
          (limits.get(id)?.budgets ?? []).map((budget) => ({
            ...budget,
            spent: 1,
            reserved: 2,
            resetsAt: 3,
          })),
      },
      admin,
      changes,
      clock,
    });
  return {
    limits,
    room,
    keys: await load(),
    load,
    clock,
    told,
    store,
    [Symbol.asyncDispose]: async () => {
      await store.maintenance.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

test("a new key opens what it was made for, before and after a restart; the store holds only its hash", async () => {
  await using given = await world();
  const made = await given.keys.create({ name: "laptop", scopes: ["inference"], models: ["a/b"] });
  expect(made.key).toMatch(/^sk-berth-[\w-]{43}$/);
  expect(made).toMatchObject({ prefix: made.key.slice(0, 13), status: "active", expiresAt: null });
  for (const keys of [given.keys, await given.load()]) {
    const holder = {
      keyId: made.id,
      owner: null,
      scopes: ["inference"],
      models: ["a/b"],
      limits: {},
      logBodies: false,
    };
    expect(keys.verifyKey(made.key)).toEqual(holder);
    expect(keys.verify(hashKey(made.key))).toEqual(holder);
    expect(keys.verifyKey(`${made.key}x`)).toBeUndefined();
  }
  expect(JSON.stringify(await given.store.keys.listKeys())).not.toContain(made.key.slice(13));
  expect(JSON.stringify(given.keys.list())).not.toContain(made.key.slice(13));
  expect(given.told).toEqual(["keys"]);
});

test("a key may ask whose it is, and a session is told that it is none", async () => {
  await using w = await world();
  const { id } = await w.keys.create({ name: "ci", scopes: ["worker"], owner: "ada" });
  expect(w.keys.own(id)).toMatchObject({ name: "ci", scopes: ["worker"], owner: "ada" });
  expect(w.keys.own("admin").name).toBe("admin");
  expect(() => w.keys.own("console")).toThrow("no key was sent");
});

test("no two keys are alike", async () => {
  await using given = await world();
  const made = await Promise.all(
    Array.from({ length: 50 }, (_, index) => given.keys.create({ name: `k${index}`, scopes: ["inference"] })),
  );
  expect(new Set(made.map(({ key }) => key)).size).toBe(50);
  expect(new Set(made.map(({ id }) => id)).size).toBe(50);
});

test("a deleted key opens nothing from then on, and cannot be deleted twice", async () => {
  await using given = await world();
  const made = await given.keys.create({ name: "laptop", scopes: ["admin"] });
  await given.keys.delete(made.id);
  expect(given.keys.verifyKey(made.key)).toBeUndefined();
  expect((await given.load()).verifyKey(made.key)).toBeUndefined();
  await expect(given.keys.delete(made.id)).rejects.toMatchObject({ code: "not_found" });
});

test("a key opens nothing once it has expired, and is listed as expired", async () => {
  await using given = await world();
  const made = await given.keys.create({ name: "guest", scopes: ["inference"], expiresInSeconds: 60 });
  await given.clock.advance(59_999);
  expect(given.keys.verifyKey(made.key)).toBeDefined();
  await given.clock.advance(1);
  expect(given.keys.verifyKey(made.key)).toBeUndefined();
  expect(given.keys.list()[1]).toMatchObject({ name: "guest", status: "expired" });
});

test("the admin key opens everything, is listed first, and cannot be deleted or imitated", async () => {
  await using given = await world();
  expect(given.keys.verifyKey(admin.key)).toEqual({
    keyId: "admin",
    owner: null,
    scopes: ["admin", "inference", "worker"],
    models: null,
    limits: {},
    logBodies: false,
  });
  expect(given.keys.list()[0]).toMatchObject({ id: "admin", prefix: "sk-berth-AAAA", status: "active" });
  const deleting = given.keys.delete("admin");
  await expect(deleting).rejects.toMatchObject({ code: "conflict" });
  await expect(deleting).rejects.toThrow("remove admin.key and start the server again");
  await expect(given.keys.create({ name: "admin", scopes: ["inference"] })).rejects.toMatchObject({
    code: "already_exists",
  });
});

test("a name in use is refused and makes no key", async () => {
  await using given = await world();
  await given.keys.create({ name: "laptop", scopes: ["inference"] });
  await expect(given.keys.create({ name: "laptop", scopes: ["admin"] })).rejects.toMatchObject({
    code: "already_exists",
    param: "name",
  });
  expect(given.keys.list()).toHaveLength(2);
});

test("uses are told at once and stored now and then, and once more at the end", async () => {
  await using given = await world();
  const made = await given.keys.create({ name: "laptop", scopes: ["inference"] });
  const stop = new AbortController();
  const errors: unknown[] = [];
  const flushing = given.keys.keepFlushing(stop.signal, (error) => errors.push(error));
  const stored = async () => (await given.store.keys.listKeys())[0]?.lastUsedAt;
  given.keys.verifyKey(made.key);
  const firstUse = given.clock.now();
  expect(given.keys.list()[1]?.lastUsedAt).toBe(firstUse);
  expect(await stored()).toBeNull();
  await given.clock.advance(30_000);
  await expect.poll(stored).toBe(firstUse);
  given.keys.verifyKey(made.key);
  stop.abort();
  await flushing;
  expect(await stored()).toBe(given.clock.now());
  expect(errors).toEqual([]);
});

test("a use that could not be stored is stored with the next ones", async () => {
  await using given = await world();
  const made = await given.keys.create({ name: "laptop", scopes: ["inference"] });
  given.keys.verifyKey(made.key);
  await given.store.maintenance.close();
  await expect(given.keys.flush()).rejects.toThrow();
  expect(given.keys.list()[1]?.lastUsedAt).toBe(given.clock.now());
});

const limited: KeyLimits = {
  requestsPerMinute: 60,
  budgets: [{ period: "day", unit: "usd", amount: 10 }],
};

test("a key whose limits there is no room for is not stored, and one that cannot be stored holds no room", async () => {
  await using given = await world();
  await given.keys.create({ name: "a", scopes: ["inference"] });
  await expect(
    given.keys.create({ name: "a", scopes: ["inference"], limits: limited }),
  ).rejects.toMatchObject({
    code: "already_exists",
  });
  expect([...given.limits.values()]).toEqual([{}, {}]);
  given.room.keys = 2;
  await expect(
    given.keys.create({ name: "b", scopes: ["inference"], limits: limited }),
  ).rejects.toMatchObject({
    code: "unprocessable",
  });
  expect((await given.store.keys.listKeys()).map(({ name }) => name)).toEqual(["a"]);
  expect(given.keys.list().map(({ name }) => name)).toEqual(["admin", "a"]);
});

test("limits hold from the moment a key is made, and again after a restart, and are shown with what is spent", async () => {
  await using given = await world();
  const made = await given.keys.create({
    name: "lab",
    scopes: ["inference"],
    limits: limited,
    tags: ["group:bio"],
    owner: "Ada",
    logBodies: true,
  });
  for (const keys of [given.keys, await given.load()]) {
    expect(given.limits.get(made.id)).toEqual(limited);
    given.limits.clear();
    expect(keys.verifyKey(made.key)).toMatchObject({ limits: limited, logBodies: true });
    // one object for all requests of a key
    expect(keys.verifyKey(made.key)).toBe(keys.verifyKey(made.key));
    given.limits.set(made.id, limited);
    expect(keys.list()[1]).toMatchObject({
      limits: limited,
      budgets: [{ period: "day", unit: "usd", amount: 10, spent: 1, reserved: 2, resetsAt: 3 }],
      tags: ["group:bio"],
      owner: "Ada",
      logBodies: true,
    });
  }
});

test("an update changes what it names, at once and for good; null takes away", async () => {
  await using given = await world();
  const made = await given.keys.create({
    name: "lab",
    scopes: ["inference"],
    models: ["a"],
    limits: limited,
    owner: "Ada",
    expiresInSeconds: 60,
  });
  const changed = await given.keys.update(made.id, { limits: { parallel: 2 }, tags: ["x"] });
  expect(changed).toMatchObject({
    name: "lab",
    models: ["a"],
    limits: { parallel: 2 },
    tags: ["x"],
    owner: "Ada",
  });
  expect(given.limits.get(made.id)).toEqual({ parallel: 2 });
  expect(given.keys.verifyKey(made.key)).toMatchObject({ models: ["a"], limits: { parallel: 2 } });
  await given.keys.update(made.id, { name: "lab2", models: null, owner: null, expiresInSeconds: null });
  for (const keys of [given.keys, await given.load()]) {
    const [, shown] = keys.list();
    expect(shown).toMatchObject({ name: "lab2", models: null, owner: null, expiresAt: null, tags: ["x"] });
    expect(keys.verifyKey(made.key)).toMatchObject({ models: null });
    expect([keys.idOf("lab2"), keys.idOf(made.id), keys.idOf("gone")]).toEqual([made.id, made.id, "gone"]);
    expect([keys.nameOf(made.id), keys.nameOf("gone")]).toEqual(["lab2", "gone"]);
  }
  await given.keys.delete(made.id);
  expect(given.limits.get(made.id)).toEqual({});
});

test.each([
  ["admin", { owner: "me" }, "conflict"],
  ["nobody", { owner: "me" }, "not_found"],
  ["lab", { name: "admin" }, "already_exists"],
  ["lab", { name: "other" }, "already_exists"],
])("%s cannot be changed to %j: %s", async (name, change, code) => {
  await using given = await world();
  await given.keys.create({ name: "other", scopes: ["inference"] });
  const made = await given.keys.create({ name: "lab", scopes: ["inference"] });
  const id = name === "lab" ? made.id : name;
  await expect(given.keys.update(id, change)).rejects.toMatchObject({ code });
});

test("who else judges keys hears of each change before it is done, and gets them all at first", async () => {
  await using given = await world();
  const heard: unknown[] = [];
  given.keys.watch((hash, key) => heard.push([hash, key?.holder.models]));
  const made = await given.keys.create({ name: "laptop", scopes: ["inference"], models: ["a"] });
  const hash = hashKey(made.key);
  expect([...given.keys.judged().keys()]).toEqual([hashKey(admin.key), hash]);
  await given.keys.update(made.id, { models: ["b"] });
  given.keys.verifyKey(made.key);
  await given.keys.flush();
  await given.keys.delete(made.id);
  expect(heard).toEqual([
    [hash, ["a"]],
    [hash, ["b"]],
    [hash, undefined],
  ]);
});
