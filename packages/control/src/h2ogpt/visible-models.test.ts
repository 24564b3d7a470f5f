import { expect, test } from "vitest";
import { visibleModels } from "./visible-models.ts";

const names = ["h2oai/a", "b", "01-ai/c"];

test.each([
  ["", names],
  ["None", names],
  ["b", ["b"]],
  ["01-ai/c", ["01-ai/c"]],
  ["['01-ai/c','h2oai/a']", ["h2oai/a", "01-ai/c"]],
  ['["b", 0]', ["h2oai/a", "b"]],
  ["1", ["b"]],
  ["[4]", ["b"]],
  ["-1", ["01-ai/c"]],
  ["[]", []],
])("%s shows %j", (text, shown) => {
  expect(visibleModels(text, names)).toEqual(shown);
});

test.each([
  ["['bb']", 'visible_models: "bb" is no model: did you mean b?'],
  ["[0.5]", "visible_models: 0.5 is no model: there are h2oai/a, b, 01-ai/c"],
  ["['b'", "visible_models is neither JSON nor a Python literal"],
])("%s is told", (text, message) => {
  expect(() => visibleModels(text, names)).toThrow(
    expect.objectContaining({
      code: "invalid_request",
      param: "visible_models",
      message: expect.stringContaining(message),
    }),
  );
});
