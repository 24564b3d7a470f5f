import { expect, test } from "vitest";
import { sampleKey, sampleNowMs } from "../../test/samples.ts";
import { startRig } from "../../test/rig.ts";
import type { StubHandlers } from "../../test/stub-server.ts";

const keys: StubHandlers = {
  listKeys: () => ({
    data: [sampleKey(), sampleKey({ id: "11119999-1", name: "app", models: ["berth/pilot"] })],
  }),
  createKey: ({ body }) => ({
    ...sampleKey({ name: body.name, scopes: body.scopes }),
    key: "sk-berth-shown-once",
  }),
  updateKey: ({ body }) => sampleKey({ id: "11119999-1", name: body.name ?? "app" }),
  deleteKey: () => undefined,
};

const limited = sampleKey({
  id: "22220000-1",
  name: "lab",
  owner: "Ada",
  tags: ["group:bio"],
  limits: {
    requestsPerMinute: 60,
    parallel: 4,
    budgets: [
      { period: "day", unit: "usd", amount: 10 },
      { period: "month", unit: "tokens", amount: 1000 },
    ],
  },
  budgets: [
    { period: "day", unit: "usd", amount: 10, spent: 2.5, reserved: 0.5, resetsAt: sampleNowMs },
    { period: "month", unit: "tokens", amount: 1000, spent: 1000, reserved: 0, resetsAt: sampleNowMs },
  ],
});

test("create prints the key alone, so that a shell can take it", async () => {
  await using rig = await startRig(keys);
  const words = [
    "key",
    "create",
    "app",
    "--scope",
    "admin",
    "--scope",
    "inference",
    "--model",
    "a/b",
    "--model",
    "c",
    "--expires",
    "30d",
  ];
  expect(await rig.run(words)).toEqual({
    code: 0,
    signal: null,
    stdout: "sk-berth-shown-once\n",
    stderr: "Key app (admin, inference). This is the only time it is shown.\n",
  });
  expect(rig.stub.asked[0]?.body).toEqual({
    name: "app",
    scopes: ["admin", "inference"],
    models: ["a/b", "c"],
    expiresInSeconds: 2_592_000,
  });
});

test.for([
  [["create", "x", "--scope", "root"], "Allowed choices are inference, admin, worker."],
  [["create", "x", "--expires", "never"], '--expires: "never" is no duration'],
  [["create", "x", "--budget", "10euro/day"], "Give an amount of usd, tokens or gpu-seconds a day or month"],
  [["create", "x", "--budget", "0usd/day"], "Give an amount of usd"],
  [["create", "x", "--rpm", "0"], "Give a whole number from 1"],
  [["update", "app"], "berth: say what to change"],
  [["rm", "1111", "--yes"], 'berth: "1111" means several keys: ci (11112222-3333), app (11119999-1)'],
  [["rm", "ci"], "berth: pass --yes to go ahead; nobody can be asked here: Revoke ci?"],
] as const)("key %j is refused", async ([words, said]) => {
  await using rig = await startRig(keys);
  const { code, stderr } = await rig.run(["key", ...words]);
  expect(code).toBe(2);
  expect(stderr).toContain(said);
});

test("an unknown key is not found, with its near match", async () => {
  await using rig = await startRig(keys);
  expect(await rig.run(["key", "rm", "apq", "--yes"])).toMatchObject({
    code: 5,
    stderr: 'berth: no key "apq" (did you mean app?); `berth key ls` lists them\n',
  });
});

test.for([["app"], ["11119"]] as const)("rm %s --yes revokes it", async ([reference]) => {
  await using rig = await startRig(keys);
  expect(await rig.run(["key", "rm", reference, "--yes"])).toMatchObject({
    code: 0,
    stdout: "✔ Revoked app\n",
  });
  expect(rig.stub.asked.at(-1)).toMatchObject({ route: "deleteKey", params: { id: "11119999-1" } });
});

test("a key is made with its limits", async () => {
  await using rig = await startRig(keys);
  const limits = ["--rpm", "60", "--tpm", "5000", "--parallel", "4", "--budget", "10usd/day"];
  const more = [
    "--budget",
    "3600gpu-seconds/month",
    "--tag",
    "a",
    "--tag",
    "b",
    "--owner",
    "Ada",
    "--log-bodies",
  ];
  expect(await rig.run(["key", "create", "lab", ...limits, ...more])).toMatchObject({ code: 0 });
  expect(rig.stub.asked[0]?.body).toMatchObject({
    limits: {
      requestsPerMinute: 60,
      tokensPerMinute: 5000,
      parallel: 4,
      budgets: [
        { period: "day", unit: "usd", amount: 10 },
        { period: "month", unit: "gpu-seconds", amount: 3600 },
      ],
    },
    tags: ["a", "b"],
    owner: "Ada",
    logBodies: true,
  });
});

test.for([
  [
    ["--rpm", "30", "--budget", "20usd/day"],
    {
      limits: {
        requestsPerMinute: 30,
        parallel: 4,
        budgets: [
          { period: "month", unit: "tokens", amount: 1000 },
          { period: "day", unit: "usd", amount: 20 },
        ],
      },
    },
  ],
  [["--rpm", "none", "--budget", "none"], { limits: { parallel: 4 } }],
  [
    ["--model", "any", "--expires", "never", "--owner", "", "--no-log-bodies"],
    { models: null, expiresInSeconds: null, owner: null, logBodies: false },
  ],
  [["--name", "lab2", "--tag", "x"], { name: "lab2", tags: ["x"] }],
] as const)("update %j changes only what is said", async ([words, body]) => {
  await using rig = await startRig({ ...keys, listKeys: () => ({ data: [limited] }) });
  expect(await rig.run(["key", "update", "lab", ...words])).toMatchObject({ code: 0 });
  expect(rig.stub.asked.at(-1)).toMatchObject({ route: "updateKey", params: { id: limited.id } });
  expect(rig.stub.asked.at(-1)?.body).toEqual(body);
});

test("show tells limits, and how budgets stand", async () => {
  await using rig = await startRig({ ...keys, listKeys: () => ({ data: [limited] }) });
  const { stdout } = await rig.run(["key", "show", "lab"]);
  expect(stdout).toMatch(/^requests a minute +60$/m);
  expect(stdout).toMatch(/^tags +group:bio$/m);
  expect(stdout).toMatch(/^10usd\/day +2\.5 usd +0\.5 usd +7 usd +█{6} /m);
  expect(stdout).toMatch(/^1000tokens\/month +1000 tokens +0 tokens +0 tokens +█{20} /m);
});

test("ls never shows a key", async () => {
  await using rig = await startRig(keys);
  expect((await rig.run(["key", "ls"])).stdout).toMatch(
    /^11119999 {3}app {4}sk-berth-abcd… {3}inference {3}berth\/pilot {3}active/m,
  );
});

test("open --print gives an address to open elsewhere", async () => {
  await using rig = await startRig({
    createSessionCode: () => ({
      code: "ABCD",
      url: "http://localhost:8000/login#ABCD",
      expiresAt: Date.now() + 600_000,
    }),
  });
  expect(await rig.run(["open", "--print"])).toEqual({
    code: 0,
    signal: null,
    stdout: "http://localhost:8000/login#ABCD\n",
    stderr: "",
  });
});
