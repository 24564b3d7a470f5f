import { expect, test } from "vitest";
import { foundModel } from "../testing/fake-probe.ts";
import { providerModels } from "./provider-models.ts";

const price = { inputPerMillion: 1, outputPerMillion: 2 };

test("what a priced model is called by its server is not called past the price", () => {
  const models = [{ name: "fast", upstreamName: "gpt-x", price }];
  const found = [foundModel("gpt-x"), foundModel("gpt-y")];
  expect(providerModels({ models, found, discover: true }).map(({ name }) => name)).toEqual([
    "fast",
    "gpt-y",
  ]);
});

test("unless the user names it, too", () => {
  const models = [{ name: "fast", upstreamName: "gpt-x", price }, { name: "gpt-x" }];
  const called = providerModels({ models, found: [foundModel("gpt-x")], discover: true });
  expect(called.map(({ name }) => name)).toEqual(["fast", "gpt-x"]);
});
