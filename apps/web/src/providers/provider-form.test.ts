import { createProviderSchema, updateProviderSchema } from "@berth/api";
import { describe, expect, test } from "vitest";
import { provider } from "../../mock/seed-providers.ts";
import {
  blankModelRow,
  blankProviderForm,
  providerChange,
  providerForm,
  providerSpec,
  type ProviderForm,
} from "./provider-form.ts";

const filled: ProviderForm = {
  ...blankProviderForm,
  name: " gpu1 ",
  url: "http://gpu1:8000/v1",
  credential: "none",
};

describe("a new provider", () => {
  test("what was left empty is left out", () => {
    expect(createProviderSchema.parse(providerSpec(filled))).toEqual({
      name: "gpu1",
      kind: "openai-compatible",
      url: "http://gpu1:8000/v1",
      discover: true,
      credential: { kind: "none" },
    });
  });

  test.each([
    ["a told key is stored", { credential: "stored", value: " sk-1 " }, { kind: "stored", value: "sk-1" }],
    ["an untold one is none", { credential: "stored", value: " " }, { kind: "none" }],
    [
      "a variable is only named",
      { credential: "env", variable: "OPENAI_API_KEY" },
      { kind: "env", name: "OPENAI_API_KEY" },
    ],
  ] as const)("%s", (_, part, credential) => {
    expect(providerSpec({ ...filled, ...part }).credential).toEqual(credential);
  });

  test("options of other kinds are left behind when the kind changes", () => {
    const form = { ...filled, kind: "sagemaker", region: "us-east-2", apiVersion: "2024-10-21" } as const;
    expect(createProviderSchema.parse(providerSpec(form))).toMatchObject({
      options: { region: "us-east-2" },
    });
    expect(providerSpec(form)).not.toHaveProperty("discover");
  });

  test("a model has its facts, and rows without a name are no models", () => {
    const row = { ...blankModelRow("a"), name: "big", upstreamName: "org/big", inputPrice: "2.5" };
    const models = [{ ...row, contextTokens: "8192", prompt: "llama2" }, blankModelRow("b")];
    expect(createProviderSchema.parse(providerSpec({ ...filled, models })).models).toEqual([
      {
        name: "big",
        upstreamName: "org/big",
        contextTokens: 8192,
        price: { inputPerMillion: 2.5, outputPerMillion: 0 },
        prompt: { kind: "type", name: "llama2" },
      },
    ]);
  });
});

describe("a changed provider", () => {
  const before = provider(0, {
    options: { headers: { "OpenAI-Project": "p1" }, streamUsage: false },
    maxParallel: 8,
    models: [
      {
        name: "big",
        upstreamName: "org/big",
        task: "feature-extraction",
        contextTokens: 512,
        maxOutputTokens: null,
        from: "set",
        price: { inputPerMillion: 1, outputPerMillion: 2, cachedInputPerMillion: 0.5 },
        prompt: { kind: "custom", dict: { promptA: "a" } },
        defaults: { temperature: 0 },
      },
    ],
  });

  test("an untouched form says nothing of models and credential", () => {
    const change = updateProviderSchema.parse(providerChange(providerForm(before), before));
    expect(change).not.toHaveProperty("models");
    expect(change).not.toHaveProperty("credential");
    expect(change.options).toEqual(before.options);
    expect(change.maxParallel).toBe(8);
  });

  test("an emptied field takes its value away", () => {
    const form = { ...providerForm(before), maxParallel: "", url: "", streamUsage: true };
    expect(updateProviderSchema.parse(providerChange(form, before))).toMatchObject({
      maxParallel: null,
      url: null,
      options: { headers: { "OpenAI-Project": "p1" } },
    });
  });

  test("a touched model keeps what the row has no field for", () => {
    const form = providerForm(before);
    const models = form.models.map((row) => ({ ...row, inputPrice: "3" }));
    expect(updateProviderSchema.parse(providerChange({ ...form, models }, before)).models).toEqual([
      {
        name: "big",
        upstreamName: "org/big",
        task: "feature-extraction",
        contextTokens: 512,
        price: { inputPerMillion: 3, outputPerMillion: 2, cachedInputPerMillion: 0.5 },
        prompt: { kind: "custom", dict: { promptA: "a" } },
        defaults: { temperature: 0 },
      },
    ]);
  });
});
