import type { ChatMessage } from "@berth/api";
import { expect, test } from "vitest";
import type { ModelToCall } from "../chat/models-to-call.ts";
import {
  addressWord,
  answerers,
  enoughModels,
  namedModels,
  newColumn,
  nextModel,
  roundsOf,
  withModels,
} from "./columns.ts";

const service = (name: string, status: ModelToCall["status"] = "HEALTHY", model = "acme/m"): ModelToCall => ({
  name,
  model,
  status,
  contextTokens: undefined,
});
const plain = (name: string): ModelToCall => ({ ...service(name), model: undefined });
const models = [service("tern", "STARTING"), service("heron"), plain("gpt-4o"), plain("acme/m")];

test.each([
  [undefined, []],
  ["", []],
  ["pilot", ["pilot"]],
  ["pilot,pilot", ["pilot", "pilot"]],
  [" pilot , ,gpt-4o,", ["pilot", "gpt-4o"]],
  ["a,b,c,d,e,f,g", ["a", "b", "c", "d", "e", "f"]],
])("the address %j names %j", (word, names) => {
  expect(namedModels(word)).toEqual(names);
});

test("columns are named in the address in their order", () => {
  expect(addressWord([newColumn("pilot", "1"), newColumn("acme/m", "2")])).toBe("pilot,acme/m");
});

test("a model's own name is nobody else where a service of it is named", () => {
  expect(answerers(models).map(({ name }) => name)).toEqual(["tern", "heron", "gpt-4o"]);
});

test.each([
  ["one that answers now comes first", [], "heron"],
  ["then another that answers now", ["heron"], "gpt-4o"],
  ["then one that is about to", ["heron", "gpt-4o"], "tern"],
  ["then one that is asked already", ["heron", "gpt-4o", "tern"], "heron"],
])("of the models for a further column %s", (_, taken, next) => {
  expect(nextModel(taken, models)).toBe(next);
});

test.each([
  [[], ["heron", "gpt-4o"]],
  [["tern"], ["tern", "heron"]],
  [
    ["gone", "gone", "gone"],
    ["gone", "gone", "gone"],
  ],
])("%j becomes at least two columns", (names, enough) => {
  expect(enoughModels(names, models)).toEqual(enough);
});

test("the only model is asked twice, a named one too, and nobody is not", () => {
  expect(enoughModels([], [service("heron")])).toEqual(["heron", "heron"]);
  expect(enoughModels(["gone"], [])).toEqual(["gone", "gone"]);
  expect(enoughModels([], [])).toEqual([]);
});

test("columns that stay keep what they have said, wherever they stand", () => {
  const [first, second] = [newColumn("a", "1"), newColumn("b", "2")];
  const next = withModels([first, second], ["b", "a", "b"], () => "3");
  expect(next).toEqual([second, first, newColumn("b", "3")]);
  expect(next[0]).toBe(second);
});

test("questions stand in the order in which they were asked, also where a column came later", () => {
  const message = (id: string, role: ChatMessage["role"], createdAt: number): ChatMessage => ({
    id,
    role,
    content: id,
    createdAt,
  });
  const [q1, q2] = [message("q1", "user", 1), message("q2", "user", 5)];
  const late = { ...newColumn("b", "2"), messages: [q2, message("b2", "assistant", 6)] };
  const early = {
    ...newColumn("a", "1"),
    messages: [q1, message("a1", "assistant", 2), q2, message("a2", "assistant", 7)],
  };
  const told = roundsOf([late, early]).map(({ question, answers }) => [
    question.id,
    answers.map(({ column, messages }) => [column.model, messages.map(({ id }) => id)]),
  ]);
  expect(told).toEqual([
    ["q1", [["a", ["a1"]]]],
    [
      "q2",
      [
        ["b", ["b2"]],
        ["a", ["a2"]],
      ],
    ],
  ]);
});
