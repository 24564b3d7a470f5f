import { createKeySchema, updateKeySchema, type Key } from "@berth/api";
import { expect, test } from "vitest";
import { blankKeyForm, keyChange, keyForm, keySpec } from "./key-form.ts";

const key: Key = {
  id: "key_1",
  name: "ci",
  prefix: "sk-berth-1",
  scopes: ["inference"],
  models: ["pilot", "openai/gpt-4o"],
  status: "active",
  limits: {
    requestsPerMinute: 60,
    parallel: 4,
    budgets: [{ period: "day", unit: "usd", amount: 2.5 }],
  },
  budgets: [],
  tags: ["team:birds"],
  owner: "ada",
  logBodies: true,
  createdAt: 0,
  expiresAt: null,
  lastUsedAt: null,
};

test("what was left empty is left out of a new key", () => {
  expect(createKeySchema.parse(keySpec({ ...blankKeyForm, name: " ci " }))).toEqual({
    name: "ci",
    scopes: ["inference"],
  });
});

test("a key for everything is not limited to models", () => {
  const spec = keySpec({ ...blankKeyForm, name: "root", scope: "admin", models: "pilot", lifetime: "86400" });
  expect(createKeySchema.parse(spec)).toEqual({
    name: "root",
    scopes: ["admin", "inference"],
    expiresInSeconds: 86_400,
  });
});

test("a worker's key takes jobs, and may be limited to some models", () => {
  const spec = keySpec({ ...blankKeyForm, name: "bench-07", scope: "worker", models: "ada/summaries" });
  expect(createKeySchema.parse(spec)).toEqual({
    name: "bench-07",
    scopes: ["worker", "inference"],
    models: ["ada/summaries"],
  });
  const worker: Key = { ...key, scopes: ["worker", "inference"], models: ["ada/summaries"] };
  expect(keyForm(worker).scope).toBe("worker");
});

test("a key's form says of the key what it is, and nothing of its time", () => {
  expect(updateKeySchema.parse(keyChange(keyForm(key)))).toEqual({
    name: "ci",
    models: key.models,
    limits: key.limits,
    tags: key.tags,
    owner: "ada",
    logBodies: true,
  });
});

test("what was emptied is taken away", () => {
  const form = { ...blankKeyForm, name: "ci", budgets: [{ ...row, amount: "" }] };
  expect(updateKeySchema.parse(keyChange(form))).toEqual({
    name: "ci",
    models: null,
    expiresInSeconds: null,
    limits: {},
    tags: [],
    owner: null,
    logBodies: false,
  });
});

const row = { id: "a", period: "day", unit: "tokens" } as const;
