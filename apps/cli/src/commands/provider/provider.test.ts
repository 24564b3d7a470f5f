import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BerthError, type ProviderTest } from "@berth/api";
import { expect, test } from "vitest";
import { startRig } from "../../test/rig.ts";
import { hasTerminal } from "../../test/run-berth.ts";
import { sampleProvider, sampleRoute } from "../../test/samples.ts";
import type { StubHandlers } from "../../test/stub-server.ts";

const well: ProviderTest = {
  ok: true,
  models: ["llama"],
  checks: [
    { step: "address", outcome: "ok", message: "gpu1 is 10.0.0.5", ms: 3 },
    { step: "tls", outcome: "skipped", message: "http: what is sent can be read on the way", ms: null },
  ],
};

const providers: StubHandlers = {
  listProviders: () => ({
    data: [
      sampleProvider(),
      sampleProvider({
        name: "openai",
        kind: "openai",
        status: "down",
        statusReason: "no network",
        latenciesMs: [null],
      }),
    ],
  }),
  getProvider: ({ params }) => {
    if (params.name === "gpu1") return sampleProvider();
    throw new BerthError("not_found", `there is no provider ${params.name}: did you mean gpu1?`);
  },
  createProvider: ({ body }) => sampleProvider({ name: body.name, kind: body.kind }),
  updateProvider: () => sampleProvider(),
  deleteProvider: () => undefined,
  testProvider: () => well,
  listModelRoutes: () => ({ data: [sampleRoute()] }),
};

test.for([
  [
    ["add", "gpu1", "--kind", "openai-compatible", "--url", "http://gpu1:8000/v1"],
    { name: "gpu1", kind: "openai-compatible", url: "http://gpu1:8000/v1", credential: { kind: "none" } },
  ],
  [
    [
      "add",
      "openai",
      "--kind",
      "openai",
      "--api-key-env",
      "OPENAI_API_KEY",
      "--model",
      "gpt-4o",
      "--any-path",
    ],
    {
      name: "openai",
      kind: "openai",
      credential: { kind: "env", name: "OPENAI_API_KEY" },
      models: [{ name: "gpt-4o" }],
      anyPath: true,
    },
  ],
  [
    [
      "add az --kind azure-openai --url https://x.openai.azure.com --api-version 2024-10-21",
      "--model gpt=deployment-1 --model b --context 8192 --price-in 0.5 --price-out 1.5",
      "--header X-Team:physics --max-parallel 4 --connect-timeout 5s --auth-header Authorization:Token",
      "--prompt plain",
    ].flatMap((line) => line.split(" ")),
    {
      name: "az",
      kind: "azure-openai",
      url: "https://x.openai.azure.com",
      credential: { kind: "none" },
      models: [
        {
          name: "gpt",
          upstreamName: "deployment-1",
          contextTokens: 8192,
          price: { inputPerMillion: 0.5, outputPerMillion: 1.5 },
          prompt: { kind: "plain" },
        },
        {
          name: "b",
          contextTokens: 8192,
          price: { inputPerMillion: 0.5, outputPerMillion: 1.5 },
          prompt: { kind: "plain" },
        },
      ],
      options: { apiVersion: "2024-10-21", headers: { "X-Team": "physics" } },
      auth: { kind: "header", name: "Authorization", prefix: "Token" },
      maxParallel: 4,
      connectSeconds: 5,
    },
  ],
] satisfies [string[], Record<string, unknown>][])("%j says so to the server", async ([words, body]) => {
  await using rig = await startRig(providers);
  const { code, stdout } = await rig.run(["provider", ...words, "--yes"]);
  expect(code).toBe(0);
  expect(stdout).toBe(
    [
      `✔ Added provider ${body.name}`,
      "✔ address   gpu1 is 10.0.0.5 (3 ms)",
      "- tls       http: what is sent can be read on the way",
      "",
    ].join("\n"),
  );
  expect(rig.stub.asked[0]?.body).toEqual(body);
});

test("a key comes from standard input, and is not repeated", async () => {
  await using rig = await startRig(providers);
  const words = ["provider", "add", "p", "--kind", "openai", "--api-key-stdin", "--no-test"];
  const { stdout, stderr } = await rig.run(words, { stdin: "sk-hush\n" });
  expect(rig.stub.asked.map(({ route }) => route)).toEqual(["createProvider"]);
  expect(rig.stub.asked[0]?.body).toMatchObject({ credential: { kind: "stored", value: "sk-hush" } });
  expect(stdout + stderr).not.toContain("hush");
});

test.skipIf(!hasTerminal)("at a terminal the key is asked for, and not shown", async () => {
  await using rig = await startRig(providers);
  const words = ["provider", "add", "p", "--kind", "openai", "--no-test"];
  const { stdout } = await rig.runAtTerminal(words, 80, { types: [["API key", "sk-hush\r"]] });
  expect(rig.stub.asked[0]?.body).toMatchObject({ credential: { kind: "stored", value: "sk-hush" } });
  expect(stdout).not.toContain("hush");
  expect(stdout).toContain("Added provider p");
});

test.for([
  [["add", "p", "--kind", "openai", "--api-key", "sk-x"], "unknown option '--api-key'"],
  [["add", "p", "--kind", "openapi"], "Allowed choices are openai, azure-openai"],
  [["add", "p", "--yes"], "give --kind: openai, azure-openai"],
  [["add", "--kind", "openai", "--yes"], "give a NAME"],
  [["add", "p", "--kind", "openai", "--api-key-stdin", "--api-key-env", "X"], "not both"],
  [["add", "p", "--kind", "openai", "--api-key-stdin"], "nothing came from standard input"],
  [["add", "p", "--kind", "openai", "--context", "9"], "name those by --model"],
  [["add", "p", "--kind", "openai", "--header", "X-Team"], "write 'Name: value'"],
  [["update", "gpu1"], "say what to change"],
  [["rm", "gpu1"], "Remove gpu1? Nobody can call its models then. Routes lose targets: chat."],
] as const)("provider %j is refused", async ([words, said]) => {
  await using rig = await startRig(providers);
  const { code, stderr } = await rig.run(["provider", ...words]);
  expect(code).toBe(2);
  expect(stderr).toContain(said);
});

test.for([
  [["--disable"], { enabled: false }],
  [["--model", "a", "--no-discover"], { models: [{ name: "a" }], discover: false }],
  [["--no-api-key"], { credential: { kind: "none" } }],
  [["--no-any-path", "--no-stream-usage"], { anyPath: false, options: { streamUsage: false } }],
] as const)("update %j changes that and nothing else", async ([words, body]) => {
  await using rig = await startRig(providers);
  expect(await rig.run(["provider", "update", "gpu1", ...words])).toMatchObject({
    code: 0,
    stdout: "✔ Changed provider gpu1\n",
  });
  expect(rig.stub.asked[0]?.body).toEqual(body);
});

test("ls shows each, and says what is wrong with one", async () => {
  await using rig = await startRig(providers);
  const { stdout, stderr } = await rig.run(["provider", "ls"]);
  expect(stdout).toBe(
    [
      "NAME     KIND                STATUS   MODELS   LATENCY   URL",
      "gpu1     openai-compatible   up       1        12 ms     http://gpu1:8000/v1",
      "openai   openai              down     1                  http://gpu1:8000/v1",
      "",
    ].join("\n"),
  );
  expect(stderr).toBe("⚠ openai: no network\n");
});

test("show tells everything but the key", async () => {
  await using rig = await startRig(providers);
  const { stdout } = await rig.run(["provider", "show", "gpu1"]);
  expect(stdout).toMatch(/^gpu1 {3}up\n/);
  expect(stdout).toMatch(/^credential {3}stored$/m);
  expect(stdout).toMatch(/^llama {3}meta\/llama {3}text-generation {3}8192 {6}0\.5, 1\.5 {6}you$/m);
});

test("an unknown one is not found, with its near match", async () => {
  await using rig = await startRig(providers);
  expect(await rig.run(["provider", "show", "gpu"])).toMatchObject({
    code: 5,
    stderr: "berth: there is no provider gpu: did you mean gpu1?\n",
  });
});

test("a test that fails says where, and ends with 1", async () => {
  await using rig = await startRig({
    ...providers,
    testProvider: () => ({
      ok: false,
      models: [],
      checks: [
        { step: "address", outcome: "ok", message: "gpu1 is 10.0.0.5", ms: 1 },
        { step: "connection", outcome: "failed", message: "nothing listens at gpu1:8000", ms: null },
      ],
    }),
  });
  expect(await rig.run(["provider", "test", "gpu1"])).toMatchObject({
    code: 1,
    stdout: "✔ address      gpu1 is 10.0.0.5 (1 ms)\n✖ connection   nothing listens at gpu1:8000\n",
    stderr: "berth: gpu1 cannot be used as it is: connection failed\n",
  });
});

const imported: StubHandlers = {
  importProviders: () => ({
    providers: [
      { name: "gpu1", kind: "tgi", url: "http://gpu1", models: ["a", "b"], outcome: "added", message: "" },
      {
        name: "openai",
        kind: "openai",
        url: "https://x",
        models: ["c"],
        outcome: "exists",
        message: "it is there",
      },
    ],
    keys: [{ name: "h2ogpt-1", outcome: "added", message: "" }],
    ignored: [{ what: "a: load_4bit", reason: "nothing is loaded" }],
  }),
};

test("import takes a literal as it is, and tells what was added, kept and ignored", async () => {
  await using rig = await startRig(imported);
  const words = ["provider", "import", "--model-lock", "[{'base_model': 'a'}]", "--visible", "a"];
  expect(await rig.run(words)).toMatchObject({
    code: 0,
    stdout: [
      "✔ added provider gpu1, tgi: a, b",
      "= kept provider openai, openai: c (it is there)",
      "✔ added key h2ogpt-1",
      "- ignored a: load_4bit: nothing is loaded",
      "",
    ].join("\n"),
  });
  expect(rig.stub.asked[0]?.body).toEqual({ modelLock: "[{'base_model': 'a'}]", visibleModels: "a" });
});

test("import reads files, and ends with 1 when something could not be taken over", async () => {
  await using rig = await startRig({
    importProviders: () => ({
      providers: [],
      keys: [{ name: "h2ogpt-1", outcome: "failed", message: "too short" }],
      ignored: [],
    }),
  });
  const folder = await mkdtemp(join(tmpdir(), "berth-import-"));
  await writeFile(join(folder, "lock.txt"), "[]");
  await writeFile(join(folder, "keys.json"), '["x"]');
  const words = ["provider", "import", "--model-lock", "lock.txt", "--api-keys", "keys.json", "--dry-run"];
  expect(await rig.run(words, { cwd: folder })).toMatchObject({
    code: 1,
    stdout: "✖ could not add key h2ogpt-1 (too short)\n",
    stderr: "berth: 1 of them could not be taken over\n",
  });
  expect(rig.stub.asked[0]?.body).toEqual({ modelLock: "[]", apiKeys: '["x"]', dryRun: true });
  expect((await rig.run(["provider", "import", "--model-lock", "none.txt"], { cwd: folder })).code).toBe(5);
  expect((await rig.run(["provider", "import"], { cwd: folder })).code).toBe(2);
  await rm(folder, { recursive: true });
});

test("rm --yes removes", async () => {
  await using rig = await startRig(providers);
  expect(await rig.run(["provider", "rm", "gpu1", "--yes"])).toMatchObject({
    code: 0,
    stdout: "✔ Removed gpu1\n",
  });
  expect(rig.stub.asked.at(-1)).toMatchObject({ route: "deleteProvider", params: { name: "gpu1" } });
});
