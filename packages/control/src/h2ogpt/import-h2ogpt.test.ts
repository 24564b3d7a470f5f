import { join } from "node:path";
import { FakeClock } from "@berth/std/clock";
import { openSqliteStore } from "@berth/store/sqlite";
import { temporaryFolder } from "@berth/testing/temporary-folder";
import { expect, test } from "vitest";
import { Providers } from "../providers/providers.ts";
import { Changes } from "../services/changes.ts";
import { Keys } from "../services/keys.ts";
import { Secrets } from "../services/secrets.ts";
import { FakeProbe } from "../testing/fake-probe.ts";
import { H2ogptImport } from "./import-h2ogpt.ts";

const { signal } = new AbortController();

async function world() {
  const folder = await temporaryFolder();
  const store = await openSqliteStore({ path: join(folder.path, "berth.db") });
  const parts = { changes: new Changes(), clock: new FakeClock() };
  const admin = { key: "sk-berth-admin-key", createdAt: 1, howToRotate: "" };
  const limits = { setLimits: async () => undefined, budgets: () => [] };
  const keys = await Keys.load({ store: store.keys, admin, limits, ...parts });
  const probe = new FakeProbe();
  let ids = 0;
  const providers = await Providers.load({
    store: store.providers,
    secrets: await Secrets.open({ path: join(folder.path, "secret.key"), fromEnv: undefined }),
    environment: {},
    probe,
    newId: () => `pv${(ids += 1)}`,
    random: () => 0,
    onError: () => undefined,
    ...parts,
  });
  return {
    keys,
    providers,
    probe,
    h2ogpt: new H2ogptImport({ providers, keys, probe, environment: {}, clock: parts.clock }),
    [Symbol.asyncDispose]: async () => {
      await store.maintenance.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

const modelLock = JSON.stringify([
  { base_model: "a", inference_server: "vllm_chat:https://gpu.example:None:/v1:hush-hush" },
  { base_model: "b", inference_server: "http://h:6112" },
]);

test("a lock becomes providers; taken over a second time, nothing changes", async () => {
  await using given = await world();
  const told = await given.h2ogpt.run({ modelLock }, signal);
  expect(told.providers).toMatchObject([
    { name: "gpu.example", kind: "openai-compatible", models: ["a"], outcome: "added" },
    { name: "h-6112", kind: "tgi", models: ["b"], outcome: "added" },
  ]);
  expect(given.providers.list().map(({ name }) => name)).toEqual(["gpu.example", "h-6112"]);
  expect(JSON.stringify([told, given.providers.list()])).not.toContain("hush");
  const again = await given.h2ogpt.run({ modelLock }, signal);
  expect(again.providers.map(({ name, outcome }) => [name, outcome])).toEqual([
    ["gpu.example", "exists"],
    ["h-6112", "exists"],
  ]);
});

test("a dry run tells the same and does nothing", async () => {
  await using given = await world();
  const dry = await given.h2ogpt.run({ modelLock, apiKeys: '["key-number-1"]', dryRun: true }, signal);
  expect(given.providers.list()).toEqual([]);
  expect(given.keys.list()).toHaveLength(1);
  expect(await given.h2ogpt.run({ modelLock, apiKeys: '["key-number-1"]' }, signal)).toEqual(dry);
});

test("TGI and Gradio are told apart by asking; while neither answers, by the port", async () => {
  await using given = await world();
  given.probe.next = { kind: "failed", reason: "nothing listens" };
  const { providers } = await given.h2ogpt.run(
    {
      modelLock: JSON.stringify([
        { base_model: "a", inference_server: "http://h:7860" },
        { base_model: "b", inference_server: "http://h:6112" },
      ]),
    },
    signal,
  );
  expect(providers.map(({ kind, message }) => [kind, message])).toEqual([
    ["gradio", expect.stringContaining("taken for gradio")],
    ["tgi", expect.stringContaining("taken for tgi")],
  ]);
});

test("only visible models are taken, and the others told", async () => {
  await using given = await world();
  const { providers, ignored } = await given.h2ogpt.run({ modelLock, visibleModels: "['a']" }, signal);
  expect(providers.map(({ models }) => models)).toEqual([["a"]]);
  expect(ignored).toEqual([{ what: "b", reason: "it is not among the visible models" }]);
});

test("callers keep their keys; what is no good key is told, and the rest is taken", async () => {
  await using given = await world();
  const apiKeys = '["key-number-1", "short", "key-number-2"]';
  const { keys } = await given.h2ogpt.run({ apiKeys }, signal);
  expect(keys).toEqual([
    { name: "h2ogpt-1", outcome: "added", message: "" },
    { name: "h2ogpt-2", outcome: "failed", message: expect.stringContaining("at least 8 visible") },
    { name: "h2ogpt-3", outcome: "added", message: "" },
  ]);
  expect(given.keys.verifyKey("key-number-2")).toMatchObject({ scopes: ["inference"], models: null });
  expect(JSON.stringify([keys, given.keys.list()])).not.toContain("key-number");
  const again = await given.h2ogpt.run({ apiKeys }, signal);
  expect(again.keys.map(({ outcome }) => outcome)).toEqual(["exists", "failed", "exists"]);
});

test.each([
  [{}, "modelLock"],
  [{ modelLock: "[" }, "model_lock"],
  [{ modelLock, visibleModels: "zzz" }, "visible_models"],
  [{ modelLock, apiKeys: "{}" }, "h2ogpt_api_keys"],
])("%j is refused, and nothing is done", async (body, param) => {
  await using given = await world();
  await expect(given.h2ogpt.run(body, signal)).rejects.toMatchObject({ code: "invalid_request", param });
  expect(given.providers.list()).toEqual([]);
});
