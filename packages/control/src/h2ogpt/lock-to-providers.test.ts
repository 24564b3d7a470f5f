import { expect, test } from "vitest";
import { providersOfLock } from "./lock-to-providers.ts";
import { parseModelLock } from "./model-lock.ts";

const read = (...entries: object[]) => providersOfLock(parseModelLock(JSON.stringify(entries), {}));
const orderOf = (entry: object) => read({ base_model: "m", ...entry }).providers[0]?.order;

test.each<[string, object]>([
  [
    "http://192.168.1.46:6112",
    { name: "192.168.1.46-6112", kind: "tgi", url: "http://192.168.1.46:6112", models: [{ name: "m" }] },
  ],
  [
    "vllm:192.168.0.1:5000",
    { name: "192.168.0.1-5000", kind: "vllm-completions", url: "http://192.168.0.1:5000/v1" },
  ],
  [
    "vllm_chat:https://gpu.example:None:/v1:1234ABCD",
    { name: "gpu.example", kind: "openai-compatible", credential: { kind: "stored", value: "1234ABCD" } },
  ],
  [
    "openai_chat",
    {
      name: "openai",
      kind: "openai",
      url: "https://api.openai.com/v1",
      credential: { kind: "env", name: "OPENAI_API_KEY" },
    },
  ],
  [
    "openai_azure_chat:deploy-1:lab.openai.azure.com:2024-10-21:KEY",
    {
      name: "lab",
      kind: "azure-openai",
      url: "https://lab.openai.azure.com",
      options: { apiVersion: "2024-10-21" },
      models: [{ name: "m", upstreamName: "deploy-1" }],
    },
  ],
  [
    "sagemaker_chat:endpoint-1:us-east-2",
    {
      name: "sagemaker-us-east-2",
      kind: "sagemaker",
      options: { region: "us-east-2", chat: true },
      models: [{ name: "m", upstreamName: "endpoint-1" }],
    },
  ],
  [
    "https://server.h2o.ai:443:USER:AUTH",
    { name: "server.h2o.ai", kind: "gradio", auth: { kind: "basic", user: "USER" } },
  ],
  [
    "https://server.h2o.ai    Bearer    AUTH",
    { kind: "tgi", auth: { kind: "bearer" }, credential: { kind: "stored", value: "AUTH" } },
  ],
])("%s is a provider", (text, order) => {
  expect(orderOf({ inference_server: text })).toMatchObject({ ...order, discover: false });
});

test("models of one server are models of one provider; another key is another provider", () => {
  const server = "vllm_chat:https://gpu.example:None:/v1";
  const { providers } = read(
    { base_model: "a", inference_server: `${server}:K1` },
    { base_model: "b", inference_server: `${server}:K1` },
    { base_model: "c", inference_server: `${server}:K2` },
  );
  expect(providers.map(({ order }) => [order.name, order.models.map(({ name }) => name)])).toEqual([
    ["gpu.example", ["a", "b"]],
    ["gpu.example-2", ["c"]],
  ]);
});

test("what is said of a model comes along", () => {
  expect(
    orderOf({
      inference_server: "vllm:gpu:5000",
      display_name: "mine",
      prompt_type: "llama2",
      max_seq_len: 4096,
      max_output_seq_len: 512,
      temperature: 0.3,
    })?.models,
  ).toEqual([
    {
      name: "mine",
      upstreamName: "m",
      contextTokens: 4096,
      maxOutputTokens: 512,
      prompt: { kind: "type", name: "llama2" },
      defaults: { temperature: 0.3 },
    },
  ]);
});

test("only an h2oGPT wants an h2oGPT's key, so that nobody has to be asked what is there", () => {
  const { providers } = read({ base_model: "m", inference_server: "http://h:7860", h2ogpt_key: "hush" });
  expect(providers).toMatchObject([
    { isUnsure: false, order: { kind: "gradio", credential: { kind: "stored", value: "hush" } } },
  ]);
});

test("what comes to nothing is told with the reason", () => {
  const { providers, leftOut } = read(
    { base_model: "own", inference_server: "" },
    { base_model: "hidden", inference_server: "openai_chat", visible_models: false },
    {
      base_model: "a",
      inference_server: "openai_chat",
      system_prompt: "Be brief.",
      prompt_type: "llama2",
      load_4bit: true,
    },
  );
  expect(providers.map(({ order }) => order.models)).toEqual([[{ name: "a" }]]);
  expect(leftOut.map(({ what }) => what).toSorted()).toEqual([
    "a: load_4bit",
    "a: prompt",
    "a: system_prompt",
    "hidden",
    "own",
  ]);
  expect(leftOut.find(({ what }) => what === "own")?.reason).toContain("`berth run text-generation own`");
});
