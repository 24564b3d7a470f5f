import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  sampleDeployment,
  sampleEndpoint,
  sampleEndpointEvent,
  sampleMoment,
  samplePreset,
  sampleProfile,
  sampleService,
} from "../../test/samples.ts";
import { startRig } from "../../test/rig.ts";
import { hasTerminal } from "../../test/run-berth.ts";
import type { StubHandlers } from "../../test/stub-server.ts";
import { BerthError } from "@berth/api";

const endpoint = sampleEndpoint();
const handlers: StubHandlers = {
  listProfiles: () => ({ data: [sampleProfile()] }),
  listEndpoints: () => ({
    data: [endpoint, sampleEndpoint({ id: "e2", name: "labels", fullName: "me/labels" })],
  }),
  createEndpoint: () => endpoint,
  getEndpoint: ({ params }) => {
    if (params.id !== "chat" && params.id !== endpoint.id)
      throw new BerthError("not_found", "no such endpoint");
    return endpoint;
  },
  updateEndpoint: () => sampleEndpoint({ hasChanges: true }),
  deleteEndpoint: () => undefined,
};

test("create says all that the options say", async () => {
  await using rig = await startRig(handlers);
  const words = [
    ["--model", "org/model", "--revision", "abc", "--kind", "text_generation", "--engine", "vllm"],
    ["--profile", "default", "--profile", "della", "--hardware", "gpu-1"],
    ["--secret", "hf-token", "--secret", "account=CREDENTIALS:file", "--hub-secret", "hf"],
    ["--min", "1", "--max", "3", "--scaledown-period", "15m", "--target-pending", "50"],
    ["--queue-delay", "2.5s", "--concurrency", "8", "--visibility", "internal", "--owner", "ada"],
    [
      "--fallback",
      "openai/gpt",
      "--cold-start",
      "fallback",
      "--description",
      "for all",
      "--ttl",
      "1h",
      "--execution-timeout",
      "90",
    ],
    ["--max-attempts", "5", "--retry-failures", "--retention", "2d", "--dead-letter-retention", "1w"],
    [
      "--env",
      "A=b",
      "--container",
      "vllm/vllm-openai:v1",
      "--parallel",
      "4",
      "--rollout",
      "replace",
      "--overflow-after",
      "5m",
      "--yes",
    ],
  ].flat();
  const { code, stdout, stderr } = await rig.run(["endpoint", "create", "chat", ...words, "--", "--flag"]);
  expect([code, stdout]).toEqual([
    0,
    "✔ Created endpoint me/chat: 0 to 3 replicas, 100 requests for each, fewer after 15 minutes\n",
  ]);
  expect(stderr).toContain("`berth endpoint deploy me/chat` rolls it out");
  expect(rig.stub.asked.at(-1)?.body).toEqual({
    name: "chat",
    owner: "ada",
    description: "for all",
    visibility: "internal",
    fallback: "openai/gpt",
    coldStart: "fallback",
    scaling: {
      min: 1,
      max: 3,
      scaledownPeriodSeconds: 900,
      targetPendingRequests: 50,
      queueDelaySeconds: 2.5,
      concurrency: 8,
      overflowSeconds: 300,
      rollout: "replace",
    },
    queue: {
      ttlSeconds: 3600,
      executionTimeoutSeconds: 90,
      maxAttempts: 5,
      retriesFailures: true,
      retentionSeconds: 172_800,
      deadLetterSeconds: 604_800,
    },
    template: {
      image: "text-generation",
      model: "org/model",
      revision: "abc",
      engine: "vllm",
      options: { parallel: 4, extra: ["--flag"] },
      container: "vllm/vllm-openai:v1",
      env: { A: "b" },
    },
    profiles: ["default", "della"],
    hardware: "gpu-1",
    secrets: [
      { secret: "hf-token", env: "HF_TOKEN", as: "value" },
      { secret: "account", env: "CREDENTIALS", as: "file" },
    ],
    hubSecret: "hf",
  });
});

test("a program of the user's own comes after --, and its name may be left out", async () => {
  await using rig = await startRig(handlers);
  const words = ["--command", "--health", "ok", "--cwd", "/srv", "--env", "A=b", "--", "my-server", "{port}"];
  expect(await rig.run(["endpoint", "create", ...words])).toMatchObject({ code: 0 });
  expect(rig.stub.asked.at(-1)?.body).toEqual({
    template: {
      image: "command",
      command: { argv: ["my-server", "{port}"], healthPath: "/ok", cwd: "/srv", env: { A: "b" } },
    },
  });
});

test("a pipeline's task and a handler's file make a template", async () => {
  await using rig = await startRig(handlers);
  const create = async (...words: string[]): Promise<unknown> => {
    expect(await rig.run(["endpoint", "create", "x", ...words])).toMatchObject({ code: 0 });
    return rig.stub.asked.at(-1)?.body;
  };
  const pipeline = { image: "pipeline", model: "org/model", task: "summarization" };
  expect(await create("--model", "org/model", "--task", "summarization")).toEqual({
    name: "x",
    template: pipeline,
  });
  expect(
    await create("--model", "org/model", "--kind", "pipeline", "--allow-private-urls", "--parallel", "2"),
  ).toEqual({
    name: "x",
    template: { image: "pipeline", model: "org/model", options: { parallel: 2, allowPrivateUrls: true } },
  });
  const folder = mkdtempSync(join(tmpdir(), "berth-endpoint-"));
  writeFileSync(join(folder, "app.py"), "class Handler: ...");
  const words = ["--requirement", "httpx", "--system", "ffmpeg", "--env", "A=b"];
  expect(await create("--handler", `${folder}/app.py:Handler`, ...words)).toEqual({
    name: "x",
    template: {
      image: "handler",
      handler: {
        language: "python",
        source: { kind: "text", name: "app.py", text: "class Handler: ..." },
        className: "Handler",
        requirements: ["httpx"],
        systemDependencies: ["ffmpeg"],
      },
      env: { A: "b" },
    },
  });
});

test("workers of one's own need no template, and nothing to be deployed", async () => {
  const pull = sampleEndpoint({
    name: "pull",
    fullName: "me/pull",
    configuration: { template: null, profiles: ["default"], hardware: null, secrets: [], hubSecret: null },
  });
  await using rig = await startRig({ ...handlers, createEndpoint: () => pull });
  expect(await rig.run(["endpoint", "create", "pull", "--workers"])).toMatchObject({
    code: 0,
    stdout: "✔ Created endpoint me/pull: workers of your own take its jobs\n",
    stderr: "",
  });
  expect(rig.stub.asked.at(-1)?.body).toEqual({ name: "pull", template: null });
});

test.for([
  [["create", "x"], "berth: give --model MODEL, --handler FILE, --command -- PROGRAM, or --workers"],
  [["create", "x", "--handler", "a.py", "--command", "--", "b"], "one of them"],
  [["create", "x", "--handler", "a.py", "--workers"], "one of them"],
  [["create", "x", "--handler", "nowhere.py"], "nowhere.py cannot be read"],
  [["create", "x", "--handler", "a.rb"], "a handler's file ends in .py"],
  [["create", "x", "--handler", "https://x/a.py", "--", "--flag"], "a handler takes no options after --"],
  [["create", "x", "--handler", "https://x/a.py", "--health", "/x"], "give --command"],
  [["create", "x", "--model", "m", "--requirement", "sharp"], "give --handler"],
  [["create", "x", "--model", "m", "--task", "guessing"], "Allowed choices are"],
  [["create", "x", "y", "--model", "m"], 'berth: one name at a time: "y" is too much'],
  [["create", "x", "--command"], "put the program after --"],
  [["create", "x", "--workers", "--model", "m"], "one of them"],
  [["create", "x", "--model", "m", "--health", "/x"], "give --command"],
  [["create", "x", "--model", "m", "--secret", ":"], '--secret: ":" is not understood'],
  [["create", "x", "--model", "m", "--ttl", "soon"], '--ttl: "soon" is no duration'],
  [
    ["create", "x", "--model", "m", "--visibility", "secret"],
    "Allowed choices are public, internal, private",
  ],
  [["create", "x", "--model", "m", "--time", "30"], "--time: only slurm profiles have a scheduler"],
  [["update", "chat"], "berth: say what to change"],
  [
    ["rm", "chat"],
    "berth: pass --yes to go ahead; nobody can be asked here: Remove me/chat? 2 replicas stop; ",
  ],
  [["call", "chat", "--data", "hello"], "berth: --data: this is no JSON"],
  [["call", "chat", "--data", "@nowhere.json"], "berth: --data: ENOENT"],
] as const)("endpoint %j is refused", async ([words, said]) => {
  await using rig = await startRig(handlers);
  const { code, stderr } = await rig.run(["endpoint", ...words]);
  expect([code, stderr]).toEqual([2, expect.stringContaining(said)]);
});

test("an unknown endpoint is not found, with its near match", async () => {
  await using rig = await startRig(handlers);
  expect(await rig.run(["endpoint", "show", "chta"])).toMatchObject({
    code: 5,
    stderr: 'berth: no endpoint "chta" (did you mean chat?); `berth endpoint ls` lists them\n',
  });
});

test("ls shows what is under way and held, and marks what is not deployed", async () => {
  const changed = sampleEndpoint({ hasChanges: true, nextDeployment: 2 });
  await using rig = await startRig({ listEndpoints: () => ({ data: [changed] }) });
  const { stdout } = await rig.run(["endpoint", "ls"]);
  expect(stdout).toMatch(
    /^me\/chat +HEALTHY +1 of 2 \(0-3\) +3\+2 +1 of 6 +berth\/pilot +default .* 1\* \(2 on its way\)/m,
  );
  expect(JSON.parse((await rig.run(["endpoint", "ls", "--json"])).stdout)).toEqual({ data: [changed] });
});

test("ls names a handler by its file and class", async () => {
  const handler = {
    language: "python",
    source: { kind: "text", name: "app.py", text: "" },
    className: "Handler",
  } as const;
  const serving = sampleEndpoint({
    configuration: {
      template: { handler },
      profiles: ["default"],
      hardware: null,
      secrets: [],
      hubSecret: null,
    },
  });
  await using rig = await startRig({ listEndpoints: () => ({ data: [serving] }) });
  expect((await rig.run(["endpoint", "ls"])).stdout).toMatch(/ app\.py:Handler +default /);
});

test("an update changes what it says of the template and leaves the rest", async () => {
  const before = sampleEndpoint({
    configuration: {
      template: {
        model: "org/model",
        revision: "abc",
        options: { parallel: 2, threads: 4 },
        env: { A: "***" },
      },
      profiles: ["default"],
      hardware: "gpu-1",
      secrets: [],
      hubSecret: null,
    },
  });
  await using rig = await startRig({ ...handlers, getEndpoint: () => before });
  const run = async (...words: string[]): Promise<unknown> => {
    expect(await rig.run(["endpoint", "update", "chat", ...words])).toMatchObject({
      code: 0,
      stderr: "What runs is as it was: `berth endpoint deploy me/chat` rolls the change out.\n",
    });
    return rig.stub.asked.at(-1)?.body;
  };
  expect(await run("--parallel", "8")).toEqual({
    template: {
      model: "org/model",
      revision: "abc",
      options: { parallel: 8, threads: 4 },
      env: { A: "***" },
    },
  });
  expect(await run("--model", "org/other")).toMatchObject({ template: { model: "org/other" } });
  expect(await run("--model", "org/other")).not.toHaveProperty("template.revision");
  expect(
    await run("--hardware", "none", "--secret", "none", "--hub-secret", "none", "--queue-delay", "none"),
  ).toEqual({
    hardware: null,
    secrets: [],
    hubSecret: null,
    scaling: { queueDelaySeconds: null },
  });
  expect(await run("--max", "5", "--no-retry-failures")).toEqual({
    scaling: { max: 5 },
    queue: { retriesFailures: false },
  });
});

test("a program's words are given once: an update of its health leaves them", async () => {
  const command = { argv: ["my-server", "{port}"], cwd: "/srv" };
  const before = sampleEndpoint({
    configuration: {
      template: { image: "command", command },
      profiles: ["default"],
      hardware: null,
      secrets: [],
      hubSecret: null,
    },
  });
  await using rig = await startRig({ ...handlers, getEndpoint: () => before });
  await rig.run(["endpoint", "update", "chat", "--health", "/ready"]);
  expect(rig.stub.asked.at(-1)?.body).toEqual({
    template: { image: "command", command: { ...command, healthPath: "/ready" } },
  });
  await rig.run(["endpoint", "update", "chat", "--kind", "text-generation", "--model", "org/model"]);
  expect(rig.stub.asked.at(-1)?.body).toEqual({ template: { image: "text-generation", model: "org/model" } });
});

test("a handler keeps its file when only its packages change, and makes room for a model", async () => {
  const source = { kind: "url", url: "https://example.org/app.py" } as const;
  const handler = { language: "python", source, className: "Handler" } as const;
  const before = sampleEndpoint({
    configuration: {
      template: { image: "handler", handler },
      profiles: ["default"],
      hardware: null,
      secrets: [],
      hubSecret: null,
    },
  });
  await using rig = await startRig({ ...handlers, getEndpoint: () => before });
  const update = async (...words: string[]): Promise<unknown> => {
    await rig.run(["endpoint", "update", "chat", ...words]);
    return rig.stub.asked.at(-1)?.body;
  };
  expect(await update("--requirement", "httpx")).toEqual({
    template: { image: "handler", handler: { ...handler, requirements: ["httpx"] } },
  });
  expect(await update("--model", "org/model", "--task", "summarization")).toEqual({
    template: { image: "pipeline", model: "org/model", task: "summarization" },
  });
  expect(await update("--command", "--cwd", "/srv", "--", "my-server")).toEqual({
    template: { image: "command", command: { argv: ["my-server"], cwd: "/srv" } },
  });
});

test("deploy follows the deployment until it is concluded", async () => {
  const seen = [sampleDeployment(), sampleDeployment({ status: "COMPLETED", isCurrent: true })];
  let looks = 0;
  await using rig = await startRig({
    ...handlers,
    deployEndpoint: () => sampleDeployment(),
    listDeployments: () => ({ data: [seen[Math.min(looks++, 1)] ?? sampleDeployment()] }),
  });
  expect(await rig.run(["endpoint", "deploy", "chat", "--no-wakeup"])).toMatchObject({
    code: 0,
    stdout: "✔ Deployed me/chat: deployment 2\n",
    stderr: "me/chat: deployment 2 DEPLOYING\nme/chat: deployment 2 COMPLETED\n",
  });
  expect(rig.stub.asked.find(({ route }) => route === "deployEndpoint")?.body).toEqual({ wakeup: false });
});

test("a deployment that fails says why, and shows the end of the failing replica's log", async () => {
  const failed = sampleDeployment({ status: "FAILED", statusReason: "replicas fail to start" });
  const replica = (change: Parameters<typeof sampleService>[0]) =>
    sampleService({ replicaOf: { endpointId: endpoint.id, deployment: 2 }, status: "FAILED", ...change });
  await using rig = await startRig({
    ...handlers,
    deployEndpoint: () => sampleDeployment(),
    listDeployments: () => ({ data: [failed] }),
    listReplicas: () => ({
      data: [
        replica({ name: "chat-1", logTail: ["an older word"], updatedAt: 1 }),
        replica({ name: "chat-2", logTail: ["no such weights"], updatedAt: 2 }),
        sampleService({ name: "chat-0", logTail: ["of another deployment"], updatedAt: 3 }),
      ],
    }),
  });
  expect(await rig.run(["endpoint", "deploy", "chat"])).toMatchObject({
    code: 1,
    stdout: "",
    stderr: [
      "me/chat: deployment 2 FAILED",
      "The end of the log of chat-2:",
      "  no such weights",
      "berth: deployment 2 of me/chat is FAILED (replicas fail to start); deployment 1 goes on answering\n",
    ].join("\n"),
  });
});

test("after Ctrl-C a deployment goes on, and it is said how to see it", async () => {
  await using rig = await startRig({
    ...handlers,
    deployEndpoint: () => sampleDeployment(),
    listDeployments: () => ({ data: [sampleDeployment()] }),
  });
  const { code, stderr } = await rig.run(["endpoint", "deploy", "chat"], { interruptAt: "DEPLOYING" });
  expect([code, stderr]).toEqual([
    130,
    expect.stringContaining("interrupted; the deployment goes on (berth endpoint deployments me/chat)"),
  ]);
});

test.skipIf(!hasTerminal)("at a terminal the model is asked for", async () => {
  await using rig = await startRig(handlers);
  const { code } = await rig.runAtTerminal(["endpoint", "create", "chat"], 80, {
    types: [["Model", "berth/pilot\r"]],
  });
  expect(code).toBe(0);
  expect(rig.stub.asked.at(-1)?.body).toEqual({ name: "chat", template: { model: "berth/pilot" } });
});

test("a model that is missing is not found, with the command that gets it", async () => {
  await using rig = await startRig({
    ...handlers,
    createEndpoint: () => {
      throw new BerthError("model_not_found", "there is no model org/model on profile default");
    },
  });
  expect(await rig.run(["endpoint", "create", "x", "--model", "org/model", "-p", "default"])).toMatchObject({
    code: 5,
    stderr:
      "berth: there is no model org/model on profile default; `berth model add org/model --profile default` would get it from the hub\n",
  });
});

test("rollback names the deployment, and need not be waited for", async () => {
  await using rig = await startRig({
    ...handlers,
    rollbackEndpoint: () => sampleDeployment({ number: 4, rollbackTo: 1 }),
  });
  expect(await rig.run(["endpoint", "rollback", "chat", "1", "--no-wait"])).toMatchObject({
    code: 0,
    stdout: "✔ Deploying me/chat: deployment 4\n",
  });
  expect(rig.stub.asked.at(-1)?.body).toEqual({ wakeup: true, number: 1 });
});

test("deployments are listed with who, when, how long and how it went", async () => {
  await using rig = await startRig({
    ...handlers,
    listDeployments: () => ({
      data: [
        sampleDeployment({
          status: "FAILED",
          statusReason: "no room",
          concludedAt: sampleDeployment().createdAt + 61_000,
        }),
        sampleDeployment({ number: 1, status: "COMPLETED", isCurrent: true, creator: null, rollbackTo: 3 }),
      ],
    }),
  });
  const { stdout } = await rig.run(["endpoint", "deployments", "chat"]);
  expect(stdout).toMatch(/^2 +FAILED +admin +.+ 1:01 +berth\/pilot +no room$/m);
  expect(stdout).toMatch(/^1 \(answers\) +COMPLETED +Berth .* as 3$/m);
});

test("show tells the facts, and draws what happened with its reasons", async () => {
  const now = Date.now();
  await using rig = await startRig({
    ...handlers,
    listReplicas: () => ({ data: [sampleService({ name: "chat-1" })] }),
    listEndpointMoments: () => ({
      data: [
        sampleMoment({ at: now - 1_800_000, waiting: 105 }),
        sampleMoment({ at: now - 900_000, ready: 2, inFlight: 105 }),
      ],
    }),
    listEndpointEvents: () => ({ data: [sampleEndpointEvent({ at: now - 1_800_000 })] }),
  });
  const { code, stdout } = await rig.run(["endpoint", "show", "chat"]);
  expect(code).toBe(0);
  for (const line of [
    /^me\/chat {3}HEALTHY$/m,
    /^serves +berth\/pilot$/m,
    /^scaling +0 to 3 replicas, 100 requests for each, fewer after 15 minutes$/m,
    /^replicas +1 ready, 1 starting, 2 wanted$/m,
    /^why +105 requests pending, 100 for each$/m,
    /^predict +POST http:\/\/127.0.0.1:\d+\/e\/me\/chat\/predict$/m,
    /^[0-9a-f]{8} .*chat-1/m,
    /^replicas {4}2 ┤ +█+$/m,
    /^requests {2}105 ┤ +░+█+$/m,
    /^1 {2}\d\d:\d\d:\d\d {2}0 to 2 replicas: 105 requests/m,
  ])
    expect(stdout).toMatch(line);
  expect(rig.stub.asked.find(({ route }) => route === "listEndpointMoments")?.query).toEqual({
    sinceSeconds: 3600,
  });
});

test("of a young endpoint no more is drawn than there is", async () => {
  const young = sampleEndpoint({ createdAt: Date.now() - 30_000 });
  await using rig = await startRig({
    getEndpoint: () => young,
    listReplicas: () => ({ data: [] }),
    listEndpointMoments: () => ({ data: [] }),
    listEndpointEvents: () => ({ data: [] }),
  });
  expect((await rig.run(["endpoint", "show", "chat"])).stdout).toContain("\nThe last 5 minutes\n");
  expect((await rig.run(["endpoint", "show", "chat", "--since", "24h"])).stdout).toContain(
    "\nThe last 1 day\n",
  );
});

test.skipIf(!hasTerminal)("the drawing is no wider than the terminal", async () => {
  await using rig = await startRig({
    ...handlers,
    listReplicas: () => ({ data: [] }),
    listEndpointMoments: () => ({ data: [sampleMoment({ at: Date.now() - 1000, ready: 1 })] }),
    listEndpointEvents: () => ({
      data: [sampleEndpointEvent({ at: Date.now(), message: "why ".repeat(40) })],
    }),
  });
  const { stdout } = await rig.runAtTerminal(["endpoint", "show", "chat"], 60);
  const drawing = stdout
    .split("\r\n")
    .slice(stdout.split("\r\n").findIndex((line) => line.includes("The last 1 hour")));
  expect(drawing.length).toBeGreaterThan(8);
  for (const line of drawing) expect(line.length).toBeLessThanOrEqual(60);
});

test("events come in their order, and follow what happens", async () => {
  const event = (id: number, message: string) => sampleEndpointEvent({ id, message });
  const told = (id: number, message: string, endpointId = endpoint.id): string =>
    `data: ${JSON.stringify({ type: "endpoint-event", event: { ...event(id, message), endpointId } })}\n\n`;
  await using rig = await startRig({
    ...handlers,
    listEndpointEvents: () => ({ data: [event(2, "second"), event(1, "first")] }),
    streamEvents: () => [": hello\n\n", told(2, "second"), told(3, "of another", "e9"), told(4, "third")],
  });
  expect((await rig.run(["endpoint", "events", "chat"])).stdout).toMatch(
    /^.* scaling +first\n.* scaling +second\n$/,
  );
  expect((await rig.run(["endpoint", "events", "chat", "-f"])).stdout).toMatch(
    /^.* first\n.* second\n.* third\n$/,
  );
});

test("logs are those of all replicas, or of one", async () => {
  await using rig = await startRig({
    ...handlers,
    getEndpointLogs: () => ["chat-1 | up\n", "chat-2 | up\n"],
  });
  const { stdout } = await rig.run(["endpoint", "logs", "chat", "-f", "--tail", "5", "--replica", "chat-1"]);
  expect(stdout).toBe("chat-1 | up\nchat-2 | up\n");
  expect(rig.stub.asked.at(-1)).toMatchObject({
    params: { id: endpoint.id },
    query: { follow: "true", tail: 5, replica: "chat-1" },
  });
});

test.for([
  ["pause", "✔ Paused me/chat: calls are refused, jobs wait\n"],
  ["resume", "✔ me/chat goes on: HEALTHY\n"],
  ["wake", "✔ me/chat is HEALTHY\n"],
] as const)("%s says what follows", async ([name, stdout]) => {
  const answer = () => endpoint;
  await using rig = await startRig({
    ...handlers,
    pauseEndpoint: answer,
    resumeEndpoint: answer,
    wakeEndpoint: answer,
  });
  expect(await rig.run(["endpoint", name, "chat"])).toMatchObject({ code: 0, stdout });
});

test("webhook-secret prints it alone, as it is put into a receiver", async () => {
  const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  await using rig = await startRig({ ...handlers, getWebhookSecret: () => ({ secret }) });
  expect(await rig.run(["endpoint", "webhook-secret", "chat"])).toMatchObject({ stdout: `${secret}\n` });
  const { stdout } = await rig.run(["endpoint", "webhook-secret", "chat", "--json"]);
  expect(JSON.parse(stdout)).toEqual({ secret });
});

test("rename says that the old name still leads there", async () => {
  await using rig = await startRig({
    ...handlers,
    renameEndpoint: ({ body }) => sampleEndpoint({ name: body.name, fullName: `me/${body.name}` }),
  });
  expect(await rig.run(["endpoint", "rename", "chat", "talk"])).toMatchObject({
    code: 0,
    stdout: "✔ me/chat is me/talk now\n",
    stderr: "me/chat still leads there until another takes the name; chat alone does not.\n",
  });
});

test("rm --yes removes it", async () => {
  await using rig = await startRig(handlers);
  expect(await rig.run(["endpoint", "rm", "chat", "--yes"])).toMatchObject({
    code: 0,
    stdout: "✔ Removed me/chat\n",
  });
  expect(rig.stub.asked.at(-1)).toMatchObject({ route: "deleteEndpoint", params: { id: endpoint.id } });
});

test("call sends what it is given, and prints what is answered, byte for byte", async () => {
  const asked: unknown[] = [];
  await using rig = await startRig(handlers, ({ url, method, headers }, response, body) => {
    asked.push([method, url, body, headers["content-type"], headers["x-berth-cold-start"]]);
    response.writeHead(200, { "content-type": "audio/wav" }).end(Buffer.from([1, 255, 0]));
  });
  const said = ["--data", '{"a": 1}', "--cold-start", "fail"];
  expect(await rig.run(["endpoint", "call", "chat", ...said, "--output", "-"])).toMatchObject({ code: 0 });
  expect(await rig.run(["endpoint", "call", "me/my chat", "--path", "health", "-X", "GET"])).toMatchObject({
    code: 0,
  });
  expect(
    await rig.run(["endpoint", "call", "chat", "--data", "-", "--content-type", "text/plain"], {
      stdin: "hi",
    }),
  ).toMatchObject({ code: 0 });
  expect(asked).toEqual([
    ["POST", "/e/me/chat/predict", '{"a": 1}', "application/json", "fail"],
    ["GET", "/e/me/my%20chat/health", "", undefined, undefined],
    ["POST", "/e/me/chat/predict", "hi", "text/plain", undefined],
  ]);
});

test("call --stream prints each event's data", async () => {
  await using rig = await startRig(handlers, ({ headers }, response) => {
    expect(headers.accept).toBe("text/event-stream");
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end(': ready in 5 s\n\ndata: {"n":1}\n\ndata: [DONE]\n\n');
  });
  expect(await rig.run(["endpoint", "call", "chat", "--data", "{}", "--stream"])).toEqual({
    code: 0,
    signal: null,
    stdout: '{"n":1}\n[DONE]\n',
    stderr: "ready in 5 s\n",
  });
});

test.for([
  [
    422,
    '{"detail":"inputs is missing"}',
    1,
    '{"detail":"inputs is missing"}',
    "the endpoint answered with status 422",
  ],
  [404, '{"error":{"message":"no endpoint me/chat","code":"not_found"}}', 5, "", "no endpoint me/chat"],
  [503, '{"error":{"message":"it is paused","code":"service_unavailable"}}', 1, "", "it is paused"],
] as const)("an answer of status %i is a failure", async ([status, body, code, stdout, said]) => {
  await using rig = await startRig(handlers, (_, response) => {
    response.writeHead(status, { "content-type": "application/json" }).end(body);
  });
  expect(await rig.run(["endpoint", "call", "chat"])).toEqual({
    code,
    signal: null,
    stdout,
    stderr: `berth: ${said}\n`,
  });
});

test.skipIf(!hasTerminal)("a terminal gets no binary answer", async () => {
  await using rig = await startRig(handlers, (_, response) => {
    response.writeHead(200, { "content-type": "audio/wav" }).end(Buffer.from([27, 93, 48]));
  });
  const { code, stdout } = await rig.runAtTerminal(["endpoint", "call", "chat"], 80);
  expect(code).toBe(1);
  expect(stdout).toContain("the answer is audio/wav, nothing for a terminal: give --output FILE");
});

test("names of endpoints, presets and profiles are completed", async () => {
  await using rig = await startRig({
    ...handlers,
    listHardwarePresets: () => ({ data: [samplePreset(), samplePreset({ profile: "della" })] }),
  });
  const names = async (...words: string[]): Promise<string> =>
    (await rig.run(["__complete", "--", ...words])).stdout;
  expect(await names("endpoint", "show", "")).toBe("chat\tHEALTHY\nlabels\tHEALTHY\n");
  expect(await names("job", "submit", "la")).toBe("labels\tHEALTHY\n");
  expect(await names("endpoint", "create", "x", "--hardware", "")).toBe("gpu-1\t8 CPUs, 1 GPUs\n");
  expect(await names("endpoint", "create", "x", "-p", "")).toBe("default\tlocal\n");
});
