import { defaultScaling, type Deployment, type Endpoint, type Key, type Service } from "@berth/api";
import { demoModelFile } from "@berth/demo-model";
import { startHubDouble } from "@berth/testing/hub-double";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBerth, type Berth } from "../berth-process.ts";
import { runProgram } from "../run-program.ts";
import { until } from "../until.ts";
import { hubModels, hubToken, summarizer } from "./hub-models.ts";
import { commandEntry, SeedRig } from "./seed-rig.ts";

const cleanUp = new AsyncDisposableStack();
let berth: Berth;
let rig: SeedRig;

beforeAll(async () => {
  const hub = cleanUp.use(
    await startHubDouble({ tokens: [hubToken, "hf_of-another"], repos: await hubModels() }),
  );
  berth = await startBerth({
    demo: false,
    environment: { HF_ENDPOINT: hub.endpoint, HF_HUB_OFFLINE: "0", HF_TOKEN: hubToken },
  });
  cleanUp.defer(() => berth.dispose());
  rig = new SeedRig(berth);
});
afterAll(() => cleanUp.disposeAsync());

/** Resolves with the endpoint's replica once it has one and no other. */
function replicaOf(name: string): Promise<Service> {
  return until(`${name} to have one replica`, async () => {
    const { data } = await rig.call<{ data: Service[] }>("GET", `/api/v1/endpoints/${name}/replicas`);
    return data.length === 1 ? data[0] : undefined;
  });
}

const summary = { summary_text: expect.any(String) as string };

describe("who calls", () => {
  test("shows a key, from the environment or as a bearer, and without one gets nothing", async () => {
    const asked = [process.execPath, commandEntry, "endpoint", "ls"] as const;
    const withKey = (key: string) =>
      runProgram(asked, { environment: { BERTH_URL: berth.url, BERTH_AUTH_TOKEN: key } });
    expect((await withKey(berth.adminKey)).exitCode).toBe(0);
    expect((await withKey("sk-berth-another")).exitCode).not.toBe(0);
    const bare = await fetch(`${berth.url}/api/v1/endpoints`);
    expect(bare.status).toBe(401);
  });

  test("is told the version", async () => {
    const { version } = await rig.call<{ version: string }>("GET", "/api/v1/system");
    expect(await rig.berth("--version")).toContain(version);
  });

  test("has an owner's name, and may ask whose the key is, whatever it is good for", async () => {
    const key = (
      await rig.berth("key", "create", "notebook", "--owner", "aj-ya", "--scope", "worker")
    ).trim();
    const own = { name: "notebook", owner: "aj-ya", createdAt: expect.any(Number) as number };
    const environment = { BERTH_URL: berth.url, BERTH_AUTH_TOKEN: key };
    const asked = [process.execPath, commandEntry, "whoami", "--json"] as const;
    const { stdout } = await runProgram(asked, { environment });
    expect(JSON.parse(stdout)).toMatchObject(own);
    expect(await rig.told<Key>("key", "show", "notebook")).toMatchObject(own);
  });
});

describe("an endpoint of a hub's model, of which nothing else is said", () => {
  let made: Endpoint;
  beforeAll(async () => {
    made = await rig.told<Endpoint>("endpoint", "create", "--model", summarizer);
  });

  test("has a name, the four scaling words as usual, and nothing that runs", () => {
    expect(made).toMatchObject({ status: "CREATED", currentDeployment: null, scaling: defaultScaling });
    expect(defaultScaling).toMatchObject({
      min: 0,
      max: 1,
      scaledownPeriodSeconds: 900,
      targetPendingRequests: 100,
    });
    expect(made.name).toMatch(/^[a-z]+-[a-z]+/);
    expect(made.replicas).toMatchObject({ wanted: 0, ready: 0, starting: 0 });
  });

  test("is woken by its deployment, with the task and the engine that the model's files name", async () => {
    await rig.berth("endpoint", "deploy", made.name);
    expect(await rig.get(made.name)).toMatchObject({ status: "HEALTHY", replicas: { ready: 1 } });
    expect(await replicaOf(made.name)).toMatchObject({ task: "summarization", engine: "transformers-js" });
    expect(await rig.berth("endpoint", "events", made.name)).toContain("it was woken");
  });

  test("summarizes a document at POST /predict for whoever has a key, and for nobody else", async () => {
    const data = JSON.stringify({ documents: "Imagine you are standing in the middle of a room." });
    const answer = await rig.berth("endpoint", "call", made.name, "--data", data);
    expect(JSON.parse(answer)).toEqual([summary]);
    const predict = new URL(made.paths.predict, berth.url);
    const bare = await fetch(predict, { method: "POST", body: data });
    expect(bare.status).toBe(401);
    const headers = { authorization: `Bearer ${berth.adminKey}`, "content-type": "application/json" };
    const asked = await fetch(predict, { method: "POST", body: data, headers });
    expect(await asked.json()).toEqual([summary]);
  });

  test("changes when it is deployed again, and not before", async () => {
    await rig.berth("endpoint", "update", made.name, "--hardware", "cpu-md");
    expect(await rig.get(made.name)).toMatchObject({ hasChanges: true, currentDeployment: 1 });
    expect((await replicaOf(made.name)).options).toEqual({});
    await rig.berth("endpoint", "deploy", made.name);
    const deployments = await rig.told<{ data: Deployment[] }>("endpoint", "deployments", made.name);
    expect(deployments.data.map(({ number, status }) => [number, status])).toEqual([
      [2, "COMPLETED"],
      [1, "COMPLETED"],
    ]);
    expect((await replicaOf(made.name)).options).toEqual({ threads: 2 });
  });
});

test("a revision and a hardware preset are the replica's", async () => {
  const said = ["--model", summarizer, "--revision", "v1", "--hardware", "cpu-sm"];
  await rig.berth("endpoint", "create", "first", ...said, "--deploy");
  const { revision, modelPath, options } = await replicaOf("first");
  const now = await rig.call<{ commit: string }>(
    "GET",
    `/api/v1/hub/models/${encodeURIComponent(summarizer)}`,
  );
  expect(revision).toMatch(/^[0-9a-f]{40}$/);
  expect(revision).not.toBe(now.commit);
  expect(modelPath).toContain(revision);
  expect(options).toEqual({ threads: 1 });
});

test("what is deployed without a wake-up is left at none", async () => {
  await rig.berth("endpoint", "create", "asleep", "--model", summarizer);
  await rig.berth("endpoint", "deploy", "asleep", "--no-wakeup");
  const { status } = await rig.when("asleep", "at rest", ({ replicas }) => replicas.draining === 0);
  expect(status).toBe("SCALED_DOWN");
});

test("a gated model comes with the server's hub token; where that does not help, the deployment says so", async () => {
  await rig.berth("endpoint", "create", "gated", "--model", "acme/gated", "--deploy");
  expect(await rig.get("gated")).toMatchObject({ status: "HEALTHY" });
  const refused = await rig.tried("endpoint", "create", "closed", "--model", "acme/closed", "--deploy");
  expect(refused.exitCode).not.toBe(0);
  expect(refused.stderr).toContain("acme/closed");
});

test("a model that lies on the server is named by its path", async () => {
  await rig.berth("endpoint", "create", "kept", "--model", demoModelFile, "--deploy");
  const data = JSON.stringify({ messages: [{ role: "user", content: "Who are you?" }], max_tokens: 3 });
  const told = await rig.berth("endpoint", "call", "kept", "--path", "/v1/chat/completions", "--data", data);
  expect(JSON.parse(told)).toMatchObject({ object: "chat.completion" });
});

test("everything that creation takes is said by the command, and shown", async () => {
  await rig.call("PUT", "/api/v1/secrets/token?owner=aj-ya", { value: "s3cret" });
  const replica = ["--model", summarizer, "--kind", "pipeline", "--hardware", "cpu-sm"];
  const callers = ["--secret", "token=TOKEN", "--visibility", "public", "--owner", "aj-ya"];
  const scaling = ["--min", "0", "--max", "3", "--scaledown-period", "15m", "--target-pending", "50"];
  await rig.berth("endpoint", "create", "whole", ...replica, ...callers, ...scaling);
  expect(await rig.told<Endpoint>("endpoint", "show", "aj-ya/whole")).toMatchObject({
    fullName: "aj-ya/whole",
    visibility: "public",
    scaling: { min: 0, max: 3, scaledownPeriodSeconds: 900, targetPendingRequests: 50 },
    configuration: {
      hardware: "cpu-sm",
      secrets: [{ secret: "token", env: "TOKEN", as: "value" }],
      template: { image: "pipeline", model: summarizer },
    },
  });
});

test("a task that the model can do is chosen in place of its usual one", async () => {
  const said = ["--model", summarizer, "--task", "text2text-generation"];
  await rig.berth("endpoint", "create", "rewrites", ...said, "--deploy");
  expect(await (await rig.predict("berth/rewrites", { args: ["the ship"] })).json()).toEqual([
    { generated_text: expect.any(String) as string },
  ]);
});
