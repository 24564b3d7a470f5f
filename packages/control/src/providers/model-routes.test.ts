import { FakeClock } from "@berth/std/clock";
import type { ModelRouteRow, ModelRouteStore } from "@berth/store";
import { expect, test } from "vitest";
import { planNames } from "../controllers/plan-names.ts";
import { Changes } from "../services/changes.ts";
import { routed } from "../testing/provider-parts.ts";
import { ModelRoutes } from "./model-routes.ts";

class MemoryRoutes implements ModelRouteStore {
  rows: ModelRouteRow[] = [];
  listModelRoutes = async () => this.rows;
  putModelRoute = async (row: ModelRouteRow) => {
    const at = this.rows.findIndex(({ name }) => name === row.name);
    this.rows = at < 0 ? [...this.rows, row] : this.rows.with(at, row);
  };
  replaceModelRoutes = async (rows: readonly ModelRouteRow[]) => void (this.rows = [...rows]);
  deleteModelRoute = async (name: string) => void (this.rows = this.rows.filter((row) => row.name !== name));
}

async function world() {
  const store = new MemoryRoutes();
  const clock = new FakeClock();
  const changes = new Changes();
  const told: string[] = [];
  changes.subscribe(({ type }) => told.push(type));
  const lab = routed({ name: "lab", models: [{ name: "llama" }] });
  const down = routed({ id: "pv2", name: "far", models: [{ name: "qwen" }] }, true);
  const { resolve } = planNames({ routes: new Map(), ports: new Map() }, [lab, down], []);
  const load = () => ModelRoutes.load({ store, changes, clock, resolve });
  return { store, clock, told, load, routes: await load() };
}

const chat = { name: "chat", targets: [{ model: "llama" }, { model: "far/qwen" }, { model: "gone" }] };

test("a route is there at once and after a restart, with how each target stands", async () => {
  const { routes, load, told } = await world();
  const made = await routes.create(chat);
  expect(made).toMatchObject({
    name: "chat",
    match: "exact",
    strategy: "least-outstanding",
    retries: 1,
    cache: null,
    targets: [
      { model: "llama", weight: 1, group: 0, status: "ready", reason: null },
      { model: "far/qwen", status: "unavailable", reason: "far is down: `berth provider test far` says why" },
      { model: "gone", status: "missing", reason: "no service and no model of a provider has this name" },
    ],
  });
  expect(told).toEqual(["routes"]);
  for (const some of [routes, await load()]) {
    expect(some.list()).toEqual([made]);
    expect(some.get("chat")).toEqual(made);
  }
});

test("an update changes what is said; null takes away; the policy stays the same object while it says the same", async () => {
  const { routes } = await world();
  await routes.create({ ...chat, firstTokenSeconds: 3, cache: { ttlSeconds: 60, which: "all" } });
  const [before] = routes.configured();
  await routes.update("chat", { targets: [{ model: "llama" }] });
  expect(routes.configured()[0]?.policy).toBe(before?.policy);
  const after = await routes.update("chat", { strategy: "priority", cache: null });
  expect(after).toMatchObject({ strategy: "priority", cache: null, firstTokenSeconds: 3 });
  expect(routes.configured()[0]?.policy).not.toBe(before?.policy);
});

test("looking does not change what is configured", async () => {
  const { routes } = await world();
  await routes.create(chat);
  const before = routes.configured();
  routes.list();
  expect(routes.configured()).toBe(before);
});

test("a route that is deleted is gone; an unknown one is told with near names", async () => {
  const { routes, store } = await world();
  await routes.create(chat);
  const unknown = "there is no route chatt: did you mean chat?";
  expect(() => routes.get("chatt")).toThrow(unknown);
  await expect(routes.delete("chatt")).rejects.toThrow(unknown);
  await routes.delete("chat");
  expect(routes.list()).toEqual([]);
  expect(store.rows).toEqual([]);
});

test.each([
  { what: "a name that is taken", given: chat, code: "already_exists", param: "name" },
  {
    what: "a second default",
    given: { ...chat, name: "other", match: "default" as const },
    code: "conflict",
    param: "match",
  },
  {
    what: "a pattern that cannot be read",
    given: { ...chat, name: "(", match: "regex" as const },
    code: "invalid_request",
    param: "name",
  },
  {
    what: "a route to a route",
    given: { name: "other", targets: [{ model: "llama" }, { model: "chat" }] },
    code: "invalid_request",
    param: "targets[1].model",
  },
  {
    what: "a route to nothing but itself",
    given: { name: "own", targets: [{ model: "own" }] },
    code: "invalid_request",
    param: "targets[0].model",
  },
  {
    what: "a target twice",
    given: { name: "other", targets: [{ model: "llama" }, { model: "llama" }] },
    code: "invalid_request",
    param: "targets[1].model",
  },
])("$what is refused, and nothing changes", async ({ given, code, param }) => {
  const { routes, store } = await world();
  await routes.create(chat);
  await routes.create({ ...chat, name: "rest", match: "default" });
  const before = routes.list();
  await expect(routes.create(given)).rejects.toMatchObject({ code, param });
  expect(routes.list()).toEqual(before);
  expect(store.rows.map(({ name }) => name)).toEqual(["chat", "rest"]);
});

test("a route may bear the name of the model that it leads to", async () => {
  const { routes } = await world();
  await routes.create({ name: "llama", targets: [{ model: "llama" }, { model: "far/qwen" }] });
  expect(routes.list()[0]?.targets[0]?.status).toBe("ready");
});

test("what is exported comes back by an import, in the same order", async () => {
  const { routes } = await world();
  await routes.create({ ...chat, cache: { ttlSeconds: 60, which: "all" }, retries: 3 });
  await routes.create({ name: "gpt-.*", match: "regex", targets: [{ model: "lab/llama", weight: 2 }] });
  const exported = routes.export();
  const before = routes.list();
  const none = { added: [], changed: [], removed: [] };
  expect(await routes.importAll(exported, { replace: true })).toEqual(none);
  expect(routes.list()).toEqual(before);
  const other = await world();
  expect(await other.routes.importAll(JSON.parse(JSON.stringify(exported)), {})).toMatchObject({
    added: ["chat", "gpt-.*"],
  });
  expect(other.routes.export()).toEqual(exported);
});

test("an import tells what it changes; only with replace the rest goes; a dry run does nothing", async () => {
  const { routes, clock } = await world();
  await routes.create(chat);
  await routes.create({ ...chat, name: "old" });
  await clock.advance(5);
  const given = [
    { ...chat, retries: 0 },
    { ...chat, name: "new" },
  ];
  const report = { added: ["new"], changed: ["chat"], removed: ["old"] };
  expect(await routes.importAll(given, { replace: true, dryRun: true })).toEqual(report);
  expect(routes.list().map(({ name }) => name)).toEqual(["chat", "old"]);
  expect(await routes.importAll(given, {})).toEqual({ ...report, removed: [] });
  expect(routes.list().map(({ name, retries }) => [name, retries])).toEqual([
    ["chat", 0],
    ["old", 1],
    ["new", 1],
  ]);
  expect(await routes.importAll(given, { replace: true })).toMatchObject({ removed: ["old"] });
});

test("of an import that is wrong anywhere nothing is taken", async () => {
  const { routes } = await world();
  await expect(routes.importAll([chat, { ...chat, name: "(", match: "regex" }], {})).rejects.toThrow("name:");
  await expect(routes.importAll([chat, chat], {})).rejects.toThrow("routes[1]: chat is there twice");
  expect(routes.list()).toEqual([]);
});

test("changes that come at once are made one after the other", async () => {
  const { routes } = await world();
  const ends = await Promise.allSettled([
    routes.create({ ...chat, name: "a", match: "default" }),
    routes.create({ ...chat, name: "b", match: "default" }),
  ]);
  expect(ends.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
});
