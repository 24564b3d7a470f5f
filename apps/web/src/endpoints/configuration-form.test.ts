import { endpointConfigurationSchema, type EndpointConfiguration } from "@berth/api";
import { expect, test } from "vitest";
import { blankConfigurationForm, configurationForm, readConfiguration } from "./configuration-form.ts";

let serial = 0;
const newId = (): string => String((serial += 1));
const round = (configuration: EndpointConfiguration) =>
  readConfiguration(configurationForm(configuration, newId), configuration);

const model: EndpointConfiguration = {
  template: {
    image: "text-generation",
    model: "org/model",
    revision: "abc",
    engine: "llama-cpp",
    options: {
      parallel: 4,
      maxTotalTokens: 2048,
      lora: [{ path: "/data/sea.gguf", scale: 0.5 }],
      extra: ["--seed", "a b"],
    },
    mounts: [{ source: "/data", target: "/input", readOnly: true }],
    env: { LEVEL: "debug" },
    resources: { partition: "gpu" },
  },
  profiles: ["local", "della"],
  hardware: "gpu-1",
  secrets: [{ secret: "hub-token", env: "HF_TOKEN", as: "value" }],
  hubSecret: "hub-token",
};

const command: EndpointConfiguration = {
  template: {
    image: "command",
    model: "acme/summary",
    command: { argv: ["serve", "--title", "it's"], healthPath: "/health", env: { A: "1" } },
  },
  profiles: ["local"],
  hardware: null,
  secrets: [],
  hubSecret: null,
};

const handler: EndpointConfiguration = {
  template: {
    handler: {
      language: "python",
      source: { kind: "text", name: "app.py", text: "class Handler: ..." },
      className: "Handler",
    },
  },
  profiles: ["local"],
  hardware: null,
  secrets: [],
  hubSecret: null,
};

test.each([
  ["a model", model],
  ["a command", command],
  ["a handler", handler],
  ["workers of one's own", { ...command, template: null }],
])("a configuration stays what it is: %s", (_, configuration) => {
  expect(round(configuration)).toEqual({
    value: endpointConfigurationSchema.parse(configuration),
    problems: {},
  });
});

test("what a field lost is lost, what has no field stays", () => {
  const form = configurationForm(model, newId);
  const { value } = readConfiguration(
    { ...form, launch: { ...form.launch, parallel: "", lora: [], extra: "" } },
    model,
  );
  expect(value.template).toMatchObject({ revision: "abc", resources: { partition: "gpu" } });
  expect(value.template?.options).toEqual({ maxTotalTokens: 2048 });
});

test("another model does not keep the revision of the one before", () => {
  const form = configurationForm(model, newId);
  const { value } = readConfiguration({ ...form, launch: { ...form.launch, model: "org/other" } }, model);
  expect(value.template).not.toHaveProperty("revision");
});

test("a command in a model's place keeps nothing of the model", () => {
  const form = configurationForm(model, newId);
  const { value } = readConfiguration(
    { ...form, kind: "command", launch: { ...form.launch, command: "serve --port {port}", env: "" } },
    model,
  );
  expect(value.template?.command).toEqual({ argv: ["serve", "--port", "{port}"] });
  expect(value.template).not.toHaveProperty("resources");
});

test("what is not filled in is told at its field", () => {
  expect(readConfiguration(blankConfigurationForm, null).problems).toEqual({
    "template.model": "choose a model",
    profiles: "choose at least one",
  });
});

test("a secret needs the name of a variable", () => {
  const form = configurationForm(model, newId);
  const secrets = form.secrets.map((row) => ({ ...row, env: "MY-TOKEN" }));
  expect(readConfiguration({ ...form, secrets }, model).problems).toEqual({
    secrets: '"MY-TOKEN" is no name of a variable',
  });
});
