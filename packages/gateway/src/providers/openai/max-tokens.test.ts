import type { ProviderOptions } from "@berth/api";
import { startAzureDouble } from "@berth/testing/providers/azure-double";
import { startOpenAiDouble } from "@berth/testing/providers/openai-double";
import { startVllmDouble } from "@berth/testing/providers/vllm-double";
import { expect, test } from "vitest";
import { call, provider, startRig } from "../../gateway-rig.ts";

type Asked = readonly [path: string, body: object];

const user = [{ role: "user", content: "Hi" }];
const messages: Asked = ["/v1/messages", { max_tokens: 9, messages: user }];
const responses: Asked = ["/v1/responses", { max_output_tokens: 9, input: "Hi" }];
const ollama: Asked = ["/api/chat", { options: { num_predict: 9 }, messages: user, stream: false }];
const tgi: Asked = ["/generate", { inputs: "Hi", parameters: { max_new_tokens: 9 } }];

const newest = "o-tiny";
const older = "gpt-tiny";

const starts = {
  openai: () => startOpenAiDouble({ models: [newest, older], reasoningModels: [newest] }),
  "azure-openai": () =>
    startAzureDouble({
      deployments: { [newest]: newest, [older]: older },
      reasoningDeployments: [newest],
    }),
  "openai-compatible": () => startVllmDouble({ model: older }),
};
type Kind = keyof typeof starts;

test.for<[kind: Kind, options: ProviderOptions, asked: Asked]>([
  ["openai", {}, messages],
  ["openai", {}, ollama],
  ["openai", {}, ["/v1/chat/completions", { max_tokens: 9, messages: user }]],
  ["azure-openai", {}, messages],
  ["azure-openai", { apiVersion: "2024-09-01-preview" }, messages],
  ["azure-openai", { apiVersion: "2025-01-01-preview" }, responses],
  ["azure-openai", { apiVersion: "2025-04-01-preview" }, ollama],
])("the newest models of %s with %j answer %j", async ([kind, options, asked]) => {
  expect(await lengthTold(kind, options, newest, asked)).toEqual({ max_completion_tokens: 9 });
});

test.for<[kind: Kind, options: ProviderOptions, asked: Asked]>([
  ["azure-openai", { apiVersion: "2024-08-01-preview" }, messages],
  ["azure-openai", { apiVersion: "2024-10-21" }, responses],
  ["openai-compatible", {}, messages],
  ["openai-compatible", {}, responses],
  ["openai", {}, tgi],
])("%s with %j is told `max_tokens` for %j", async ([kind, options, asked]) => {
  expect(await lengthTold(kind, options, older, asked)).toEqual({ max_tokens: 9 });
});

/** How the server was told how long its answer may be. */
async function lengthTold(kind: Kind, options: ProviderOptions, model: string, [path, body]: Asked) {
  await using double = await starts[kind]();
  await using rig = await startRig();
  const url = kind === "azure-openai" ? double.url : `${double.url}/v1`;
  rig.routes.route("pilot", [provider({ model, target: { kind, url, options } })]);
  const called = await call(rig.port, { path, body: { model: "pilot", ...body } });
  expect(called).toMatchObject({ status: 200 });
  const told = Object.entries(double.received.at(-1)?.json as object);
  return Object.fromEntries(told.filter(([name]) => name.startsWith("max_")));
}
