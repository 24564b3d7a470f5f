import { expect, test } from "vitest";
import {
  conversation,
  download,
  imagePull,
  keyRow,
  modelRouteRow,
  providerRow,
  serviceRow,
} from "../testing/rows.ts";
import { temporaryStore } from "../testing/temporary-store.ts";

test("a key comes back as it went in", async () => {
  await using temporary = await temporaryStore();
  const row = keyRow({ scopes: ["admin", "inference"], models: ["a/b"], expiresAt: 9 });
  await temporary.store.keys.insertKey(row);
  expect(await temporary.store.keys.listKeys()).toEqual([row]);
});

test("two keys cannot share a name", async () => {
  await using temporary = await temporaryStore();
  await temporary.store.keys.insertKey(keyRow());
  await expect(temporary.store.keys.insertKey(keyRow({ id: "key2", hash: "01" }))).rejects.toMatchObject({
    code: "already_exists",
    param: "name",
  });
});

test("deleting a key says whether it was there", async () => {
  await using temporary = await temporaryStore();
  await temporary.store.keys.insertKey(keyRow());
  expect(await temporary.store.keys.deleteKey("key1")).toBe(true);
  expect(await temporary.store.keys.deleteKey("key1")).toBe(false);
});

test("a key's last use only moves forward, and keys that are gone are passed over", async () => {
  await using temporary = await temporaryStore();
  const { keys } = temporary.store;
  await keys.insertKey(keyRow());
  await keys.touchKeys(
    new Map([
      ["key1", 50],
      ["gone", 60],
    ]),
  );
  await keys.touchKeys(new Map([["key1", 40]]));
  expect((await keys.listKeys()).map((key) => key.lastUsedAt)).toEqual([50]);
});

test("a session is there until it expires, may be prolonged, and expired ones can be swept", async () => {
  await using temporary = await temporaryStore();
  const { sessions } = temporary.store;
  const row = { idHash: "h", csrfToken: "t", createdAt: 1, expiresAt: 100 };
  await sessions.insertSession(row);
  expect(await sessions.getSession("h", 99)).toEqual(row);
  expect(await sessions.getSession("h", 100)).toBeUndefined();
  await sessions.extendSession("h", 200);
  await sessions.deleteExpiredSessions(199);
  expect(await sessions.getSession("h", 150)).toMatchObject({ expiresAt: 200 });
  await sessions.deleteExpiredSessions(200);
  expect(await sessions.getSession("h", 1)).toBeUndefined();
});

test("a session that was deleted cannot be prolonged", async () => {
  await using temporary = await temporaryStore();
  const { sessions } = temporary.store;
  await sessions.insertSession({ idHash: "h", csrfToken: "t", createdAt: 1, expiresAt: 100 });
  await sessions.deleteSession("h");
  await sessions.extendSession("h", 200);
  await sessions.deleteSession("h");
  expect(await sessions.getSession("h", 1)).toBeUndefined();
});

test("downloads come newest first, and a second put replaces", async () => {
  await using temporary = await temporaryStore();
  const { downloads } = temporary.store;
  await downloads.putDownload(download({ id: "old", createdAt: 1 }));
  await downloads.putDownload(download({ id: "new", createdAt: 2 }));
  const done = download({ id: "old", createdAt: 1, status: "COMPLETED", modelId: "m" });
  await downloads.putDownload(done);
  expect(await downloads.listDownloads()).toEqual([download({ id: "new", createdAt: 2 }), done]);
  await downloads.deleteDownload("new");
  await downloads.deleteDownload("new");
  expect(await downloads.listDownloads()).toEqual([done]);
});

test("a pull of an image comes back as it went in, and a second put replaces", async () => {
  await using temporary = await temporaryStore();
  const { imagePulls } = temporary.store;
  const row = { pull: imagePull(), name: "tool:1", loginNode: true };
  await imagePulls.putImagePull(row);
  expect(await imagePulls.listImagePulls()).toEqual([row]);
  const done = { ...row, pull: imagePull({ status: "FAILED", statusReason: "it broke" }) };
  await imagePulls.putImagePull(done);
  expect(await imagePulls.listImagePulls()).toEqual([done]);
  await imagePulls.deleteImagePull("p1");
  await imagePulls.deleteImagePull("p1");
  expect(await imagePulls.listImagePulls()).toEqual([]);
});

test("conversations come last changed first, without their messages; one alone comes whole", async () => {
  await using temporary = await temporaryStore();
  const { conversations } = temporary.store;
  await conversations.putConversation(conversation({ id: "a", updatedAt: 1 }));
  await conversations.putConversation(conversation({ id: "b", updatedAt: 2 }));
  const changed = conversation({ id: "a", updatedAt: 3, title: "Moons", messages: [] });
  await conversations.putConversation(changed);
  expect(await conversations.listConversations()).toEqual([
    { id: "a", title: "Moons", model: "pilot", createdAt: 1, updatedAt: 3 },
    { id: "b", title: "Tides", model: "pilot", createdAt: 1, updatedAt: 2 },
  ]);
  expect(await conversations.getConversation("a")).toEqual(changed);
  expect(await conversations.deleteConversation("a")).toBe(true);
  expect(await conversations.deleteConversation("a")).toBe(false);
  expect(await conversations.getConversation("a")).toBeUndefined();
});

test.each([
  { param: "path", second: { profile: "here", path: "/m/a", name: "other" } },
  { param: "name", second: { profile: "here", path: "/m/other", name: "a" } },
])("a profile has each registered model's $param once", async ({ param, second }) => {
  await using temporary = await temporaryStore();
  const { localModels } = temporary.store;
  await localModels.insertLocalModel({ profile: "here", path: "/m/a", name: "a" });
  await expect(localModels.insertLocalModel(second)).rejects.toMatchObject({ code: "already_exists", param });
  await localModels.insertLocalModel({ ...second, profile: "there" });
  await localModels.deleteLocalModel({ profile: "here", path: "/m/a" });
  expect(await localModels.listLocalModels()).toEqual([{ ...second, profile: "there" }]);
});

test("providers come in the order they were made, and a second put replaces", async () => {
  await using temporary = await temporaryStore();
  const { providers } = temporary.store;
  await providers.putProvider(providerRow({ id: "z", name: "first" }));
  const second = providerRow({
    id: "a",
    name: "second",
    credential: { kind: "stored", sealed: "v1.x", setAt: 3 },
    options: { headers: { "X-Team": "physics" } },
    found: null,
  });
  await providers.putProvider(second);
  const renamed = providerRow({ id: "z", name: "renamed", credential: { kind: "env", name: "LAB_KEY" } });
  await providers.putProvider(renamed);
  expect(await providers.listProviders()).toEqual([renamed, second]);
  await providers.deleteProvider("z");
  await providers.deleteProvider("z");
  expect(await providers.listProviders()).toEqual([second]);
});

test("two providers cannot share a name", async () => {
  await using temporary = await temporaryStore();
  const { providers } = temporary.store;
  await providers.putProvider(providerRow());
  await expect(providers.putProvider(providerRow({ id: "other" }))).rejects.toMatchObject({
    code: "already_exists",
    param: "name",
  });
});

test("routes come in the order they were made; one is replaced in its place, or all at once", async () => {
  await using temporary = await temporaryStore();
  const { modelRoutes } = temporary.store;
  await modelRoutes.putModelRoute(modelRouteRow({ name: "z" }));
  await modelRoutes.putModelRoute(modelRouteRow({ name: "a" }));
  const changed = modelRouteRow({
    name: "z",
    match: "regex",
    cache: { ttlSeconds: 60, which: "all" },
    targets: [{ model: "b" }],
  });
  await modelRoutes.putModelRoute(changed);
  expect(await modelRoutes.listModelRoutes()).toEqual([changed, modelRouteRow({ name: "a" })]);
  await modelRoutes.deleteModelRoute("a");
  await modelRoutes.deleteModelRoute("a");
  expect(await modelRoutes.listModelRoutes()).toEqual([changed]);
  const others = [modelRouteRow({ name: "y" }), modelRouteRow({ name: "b" })];
  await modelRoutes.replaceModelRoutes(others);
  expect(await modelRoutes.listModelRoutes()).toEqual(others);
  await modelRoutes.replaceModelRoutes([]);
  expect(await modelRoutes.listModelRoutes()).toEqual([]);
});

test("a service read before its profile was renamed cannot be written back over that", async () => {
  await using temporary = await temporaryStore();
  const { services, profileReferences } = temporary.store;
  const row = serviceRow({ id: "a", name: "a", port: 1 });
  await services.insertService(row, {
    serviceId: "a",
    at: 1,
    status: "SUBMITTED",
    message: "",
    evidence: {},
  });
  await profileReferences.renameProfile("here", "desk");
  await expect(services.putService(row, [])).rejects.toMatchObject({ code: "conflict" });
  expect((await services.getService("a"))?.service.profile).toBe("desk");
});

test("renaming a profile renames it in services, downloads, pulls and registered models, and nowhere else", async () => {
  await using temporary = await temporaryStore();
  const { store } = temporary;
  const submitted = { serviceId: "a", at: 1, status: "SUBMITTED", message: "", evidence: {} } as const;
  await store.services.insertService(serviceRow({ id: "a", name: "a", port: 1 }), submitted);
  await store.services.insertService(serviceRow({ id: "b", name: "b", port: 2, profile: "other" }), {
    ...submitted,
    serviceId: "b",
  });
  await store.downloads.putDownload(download());
  await store.imagePulls.putImagePull({ pull: imagePull(), name: null, loginNode: false });
  await store.localModels.insertLocalModel({ profile: "here", path: "/m", name: "m" });
  await store.localModels.insertLocalModel({ profile: "desk", path: "/m", name: "left behind" });
  await store.profileReferences.renameProfile("here", "desk");
  expect((await store.services.listServices()).map((row) => row.service.profile)).toEqual(["desk", "other"]);
  expect((await store.downloads.listDownloads()).map((row) => row.profile)).toEqual(["desk"]);
  expect((await store.imagePulls.listImagePulls()).map(({ pull }) => pull.profile)).toEqual(["desk"]);
  expect(await store.localModels.listLocalModels()).toEqual([{ profile: "desk", path: "/m", name: "m" }]);
});
