import { BerthError, type Model } from "@berth/api";
import { expect, test } from "vitest";
import { model } from "../testing/model.ts";
import { chooseModel } from "./choose-model.ts";

const old = model({ revision: "aaaa1111", modifiedAt: 1_000, refs: ["v1"] });
const recent = model({ revision: "bbbb2222", modifiedAt: 2_000, refs: ["main"] });
const other = model({ repo: "Qwen/Qwen3-8B", revision: "cccc3333" });
const shared = model({ revision: "bbbb2222", location: "cache", path: "/cache/pilot", modifiedAt: 9_000 });
const partial = model({
  revision: "dddd4444",
  modifiedAt: 3_000,
  status: "incomplete",
  statusReason: "half is missing",
});
const here = [old, recent, other];

// one row, one line
// oxfmt-ignore
const found: [string, Model[], string, string | undefined, Model, string][] = [
  ["the newest when no revision is named", here, "berth/pilot", undefined, recent, "newest of 2 on profile here"],
  ["the only one", here, "Qwen/Qwen3-8B", undefined, other, "the only one on profile here"],
  ["a commit", here, "berth/pilot", "aaaa1111", old, "as asked"],
  ["the start of a commit", here, "berth/pilot", "aaaa1", old, "what aaaa1 names"],
  ["a tag", here, "berth/pilot", "v1", old, "what v1 names"],
  ["a branch", here, "berth/pilot", "main", recent, "what main names"],
  ["a model id", here, old.id, undefined, old, "the only one on profile here"],
  ["a path", here, old.path, undefined, old, "the only one on profile here"],
  ["the home before the cache, for one revision", [shared, recent], "berth/pilot", undefined, recent, "the only one on profile here"],
  ["an unfinished download is passed over", [old, partial], "berth/pilot", undefined, old, "the only one on profile here"],
];

test.each(found)("finds %s", (_fact, models, name, revision, expected, reason) => {
  expect(chooseModel(models, { name, revision }, "here")).toEqual({ model: expected, reason });
});

// oxfmt-ignore
const refused: [string, Model[], string, string | undefined, string, string, string][] = [
  ["an unknown name, with near matches", here, "berth/pilto", undefined, "model_not_found", "model", "model berth/pilto is not on profile here; near: berth/pilot"],
  ["an unknown name that is like nothing", here, "a/zzz", undefined, "model_not_found", "model", 'model a/zzz is not on profile here; "berth model add a/zzz" may bring it'],
  ["an unknown revision, with those there are", here, "berth/pilot", "v2", "model_not_found", "revision", "berth/pilot is on profile here, but not in revision v2; there is aaaa1111, bbbb2222"],
  ["too short a piece of a commit", here, "berth/pilot", "aaa", "model_not_found", "revision", "berth/pilot is on profile here, but not in revision aaa; there is aaaa1111, bbbb2222"],
  ["one that is not whole", [partial], "berth/pilot", undefined, "unprocessable", "model", 'berth/pilot cannot be served: half is missing; "berth model add berth/pilot" completes it'],
];

test.each(refused)("refuses %s", (_fact, models, name, revision, code, param, message) => {
  let thrown: unknown;
  try {
    chooseModel(models, { name, revision }, "here");
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(BerthError);
  expect(thrown).toMatchObject({ code, param, message });
});
