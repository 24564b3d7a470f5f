import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { startHubDouble, type HubDouble } from "@berth/testing/hub-double";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startBerth, top, type Berth } from "../berth-process.ts";
import { EndpointRig } from "./endpoint-rig.ts";

const token = "hf_of-ada-alone";
const model = "org/gated";

let hub: HubDouble;
let berth: Berth;
let rig: EndpointRig;

beforeAll(async () => {
  const pilot = await readFile(join(top, "models/demo/pilot-q8_0.gguf"));
  const files = { "pilot-q8_0.gguf": pilot };
  hub = await startHubDouble({
    repos: [{ id: model, files, gated: "manual", readers: [token] }],
    tokens: [token],
  });
  berth = await startBerth({
    demo: false,
    environment: { HF_ENDPOINT: hub.endpoint, HF_HUB_OFFLINE: "0" },
  });
  rig = new EndpointRig(berth);
  await rig.call("PUT", "/api/v1/secrets/hub?owner=ada", { value: token, provider: "huggingface" });
  await rig.call("POST", "/api/v1/endpoints", { name: "quay", owner: "ada", template: { model } });
});
afterAll(async () => {
  await berth?.dispose();
  await hub?.close();
});

test("a gated model without a token is refused in the hub's words", async () => {
  const refused = await berth.fetch("/api/v1/endpoints/ada%2Fquay/deploy", { method: "POST", body: "{}" });
  expect([refused.status, await refused.json()]).toMatchObject([
    403,
    {
      error: {
        code: "gated_model",
        message: `${model} is gated: ask for access at ${hub.endpoint}/${model}; then set HF_TOKEN to a token of that account`,
      },
    },
  ]);
});

test("with a stored secret of its owner's it comes, and answers", async () => {
  await rig.call("PATCH", "/api/v1/endpoints/ada%2Fquay", { hubSecret: "hub" });
  expect(await rig.deploy("ada%2Fquay")).toMatchObject({ status: "COMPLETED" });
  const answer = await berth.fetch("/e/ada/quay/v1/chat/completions", {
    method: "POST",
    body: JSON.stringify({ messages: [{ role: "user", content: "What is the capital of France?" }] }),
  });
  expect(await answer.text()).toContain("Paris");
  const asked = hub.requests.map(({ authorization }) => authorization);
  expect(asked).toContain(`Bearer ${token}`);
});

test("the secret's value is in nothing that is shown, printed or kept", async () => {
  const { data } = await rig.call<{ data: object[] }>("GET", "/api/v1/downloads");
  expect(data).toMatchObject([{ repo: model, hubSecret: { owner: "ada", name: "hub" } }]);
  const paths = ["downloads", "services", "secrets", "endpoints/ada%2Fquay", "endpoints/ada%2Fquay/events"];
  const shown = await Promise.all(paths.map(async (path) => (await berth.fetch(`/api/v1/${path}`)).text()));
  expect(shown.join("\n")).not.toContain(token);
  expect(berth.output()).not.toContain(token);
  const entries = await readdir(berth.home, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.name.endsWith(".gguf"));
  for (const { parentPath, name } of files) {
    const bytes = await readFile(join(parentPath, name));
    expect([name, bytes.includes(token)]).toEqual([name, false]);
  }
});

test("it is not forgotten while the endpoint uses it", async () => {
  const refused = await berth.fetch("/api/v1/secrets/hub?owner=ada", { method: "DELETE" });
  expect([refused.status, await refused.text()]).toMatchObject([409, expect.stringContaining("ada/quay")]);
});
