import { promptTypeNames } from "@berth/api";
import { expect, test } from "vitest";
import models from "./models-by-prompt-type.json" with { type: "json" };
import { promptFormatOfModel } from "./prompt-format-of-model.ts";

test.each([
  ["h2oai/h2ogpt-oasst1-512-12b", "human_bot"],
  ["h2oai/h2ogpt-oasst1-falcon-40b", "human_bot"],
  ["h2oai/h2ogpt-research-oasst1-llama-65b", "human_bot"],
  ["h2oai/h2ogpt-gm-oasst1-en-2048-falcon-7b-v2", "prompt_answer"],
  ["h2oai/h2ogpt-gm-oasst1-en-2048-open-llama-13b", "prompt_answer_openllama"],
  ["H2OAI/H2OGPT-4096-LLAMA2-70B-CHAT", "llama2"],
  ["TheBloke/Llama-2-7b-Chat-GPTQ", "llama2"],
  ["lmsys/vicuna-33b-v1.3", "vicuna11"],
  ["tiiuae/falcon-40b-instruct", "falcon"],
  ["mosaicml/mpt-30b-chat", "mptchat"],
  ["mistralai/Mixtral-8x7B-Instruct-v0.1", "mixtral"],
  ["openchat/openchat-3.5-1210", "open_chat_correct"],
])("%s is prompted as %s", (model, name) => {
  expect(promptFormatOfModel(model)).toEqual({ kind: "type", name });
});

test("base models are given the text alone", () => {
  expect(promptFormatOfModel("tiiuae/falcon-40b")).toEqual({ kind: "plain" });
});

test("a tag that nobody has written down is not guessed at", () => {
  expect(promptFormatOfModel("llama2")).toBeUndefined();
});

test("no model has two, and each has one that is built", () => {
  const all = Object.values(models).flat();
  expect(new Set(all.map((model) => model.toLowerCase())).size).toBe(all.length);
  const known: readonly string[] = ["plain", ...promptTypeNames];
  expect(Object.keys(models).filter((name) => !known.includes(name))).toEqual([]);
});
