import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startRig } from "../../test/rig.ts";
import { sampleRoute } from "../../test/samples.ts";
import type { StubHandlers } from "../../test/stub-server.ts";

const exported = { routes: [{ name: "chat", targets: [{ model: "pilot" }] }] };

const routes: StubHandlers = {
  listModelRoutes: () => ({
    data: [
      sampleRoute(),
      sampleRoute({ name: "rest", match: "default", cache: { ttlSeconds: 600, which: "all" } }),
    ],
  }),
  getModelRoute: ({ params }) =>
    sampleRoute({ name: params.id, firstTokenSeconds: 5, cache: { ttlSeconds: 600, which: "all" } }),
  createModelRoute: ({ body }) => sampleRoute({ name: body.name }),
  updateModelRoute: ({ params }) => sampleRoute({ name: params.id }),
  deleteModelRoute: () => undefined,
  exportModelRoutes: () => exported,
  importModelRoutes: ({ body }) => ({
    added: ["new"],
    changed: [],
    removed: body.replace === true ? ["old"] : [],
  }),
};

test.for([
  [["chat", "--target", "a"], { name: "chat", targets: [{ model: "a" }] }],
  [
    [
      "chat",
      "--target",
      "a",
      "--target",
      "b:2",
      "--strategy",
      "weighted",
      "--retries",
      "2",
      "--cache",
      "10m",
    ],
    {
      name: "chat",
      targets: [{ model: "a" }, { model: "b", weight: 2 }],
      strategy: "weighted",
      retries: 2,
      cache: { ttlSeconds: 600, which: "deterministic" },
    },
  ],
  [
    [
      "chat",
      "--target",
      "llama3:8b",
      "--fallback",
      "x:7:1",
      "--fallback",
      "y",
      "--first-token-timeout",
      "5s",
    ],
    {
      name: "chat",
      targets: [{ model: "llama3:8b" }, { model: "x:7", weight: 1, group: 1 }, { model: "y", group: 2 }],
      firstTokenSeconds: 5,
    },
  ],
  [
    ["chat", "--strategy", "priority", "--target", "a", "--target", "b", "--fallback", "c", "--log-bodies"],
    {
      name: "chat",
      strategy: "priority",
      targets: [{ model: "a" }, { model: "b" }, { model: "c", group: 2 }],
      logBodies: true,
    },
  ],
  [
    ["gpt-.*", "--match", "regex", "--target", "a", "--cache", "1h", "--cache-all"],
    {
      name: "gpt-.*",
      match: "regex",
      targets: [{ model: "a" }],
      cache: { ttlSeconds: 3600, which: "all" },
    },
  ],
] as const)("add %j says so to the server", async ([words, body]) => {
  await using rig = await startRig(routes);
  expect(await rig.run(["route", "add", ...words])).toMatchObject({
    code: 0,
    stdout: `✔ Added route ${body.name}: pilot then gpu1/llama:2\n`,
    stderr: "⚠ gpu1/llama: gpu1 is down\n",
  });
  expect(rig.stub.asked[0]?.body).toEqual({
    ...body,
    ...("cache" in body ? { cache: body.cache } : {}),
  });
});

test.for([
  [["add", "chat"], "give at least one --target"],
  [["add", "chat", "--fallback", "b"], "give --target too"],
  [["add", "chat", "--target", "a", "--cache-all"], "--cache-all goes with --cache DURATION"],
  [["add", "chat", "--target", "a", "--strategy", "random"], "Allowed choices are least-outstanding"],
  [["update", "chat"], "say what to change"],
  [["rm", "chat"], "Remove chat? Requests that name it go elsewhere then, or are refused."],
] as const)("route %j is refused", async ([words, said]) => {
  await using rig = await startRig(routes);
  const { code, stderr } = await rig.run(["route", ...words]);
  expect(code).toBe(2);
  expect(stderr).toContain(said);
});

test.for([
  [["--no-cache"], { cache: null }],
  [["--retries", "0", "--no-log-bodies"], { retries: 0, logBodies: false }],
] as const)("update %j changes that and nothing else", async ([words, body]) => {
  await using rig = await startRig(routes);
  expect((await rig.run(["route", "update", "a/b", ...words])).code).toBe(0);
  expect(rig.stub.asked[0]).toMatchObject({ params: { id: "a/b" }, body });
});

test("ls shows each, with the targets that cannot answer", async () => {
  await using rig = await startRig(routes);
  const { stdout, stderr } = await rig.run(["route", "ls"]);
  expect(stdout).toBe(
    [
      "NAME   MATCH     STRATEGY            TARGETS                   STATUS         RETRIES   CACHE",
      "chat   exact     least-outstanding   pilot then gpu1/llama:2   1 of 2 ready   1",
      "rest   default   least-outstanding   pilot then gpu1/llama:2   1 of 2 ready   1         600 s",
      "",
    ].join("\n"),
  );
  expect(stderr).toBe("⚠ chat: gpu1/llama: gpu1 is down\n⚠ rest: gpu1/llama: gpu1 is down\n");
});

test("show tells one route, with each target in the order in which they are tried", async () => {
  await using rig = await startRig(routes);
  const { stdout } = await rig.run(["route", "show", "a/chat"]);
  expect(rig.stub.asked).toMatchObject([{ params: { id: "a/chat" } }]);
  expect(stdout.replace(/\d+ \w+ ago/, "a while ago")).toBe(
    [
      "a/chat   1 of 2 ready",
      "",
      "match         exact",
      "strategy      least-outstanding",
      "retries       1",
      "first token   within 5 s",
      "cache         600 s, all",
      "made          a while ago",
      "",
      "TARGET       GROUP   WEIGHT   STATUS        REASON",
      "pilot        0       1        ready",
      "gpu1/llama   1       2        unavailable   gpu1 is down",
      "",
    ].join("\n"),
  );
  const { stdout: json } = await rig.run(["route", "show", "chat", "--json"]);
  expect(JSON.parse(json)).toMatchObject({ name: "chat", targets: [{ model: "pilot" }, {}] });
});

test("rm --yes removes", async () => {
  await using rig = await startRig(routes);
  expect(await rig.run(["route", "rm", "chat", "a/b", "--yes"])).toMatchObject({
    code: 0,
    stdout: "✔ Removed chat, a/b\n",
  });
  expect(rig.stub.asked.map(({ params }) => params)).toEqual([{ id: "chat" }, { id: "a/b" }]);
});

test("what export prints, import takes: from a file or standard input", async () => {
  await using rig = await startRig(routes);
  const { stdout } = await rig.run(["route", "export"]);
  expect(JSON.parse(stdout)).toEqual(exported);
  const told = await rig.run(["route", "import", "-"], { stdin: stdout });
  expect(told).toMatchObject({ code: 0, stdout: "✔ Routes: added new\n" });
  expect(rig.stub.asked.slice(1).map(({ body }) => body)).toEqual([
    { ...exported, replace: false, dryRun: true },
    { ...exported, replace: false, dryRun: false },
  ]);
});

test("an import asks before it removes, and a dry run does nothing", async () => {
  await using rig = await startRig(routes);
  const stdin = JSON.stringify(exported);
  const dry = await rig.run(["route", "import", "-", "--replace", "--dry-run"], { stdin });
  expect(dry.stdout).toBe("✔ It would be: added new; removed old\n");
  const unasked = await rig.run(["route", "import", "-", "--replace"], { stdin });
  expect(unasked).toMatchObject({ code: 2, stderr: expect.stringContaining("Remove the routes old?") });
  expect(rig.stub.asked.every(({ body }) => (body as { dryRun: boolean }).dryRun)).toBe(true);
});

test.for([
  ["{", "is no JSON"],
  ["[]", 'holds no {"routes": [...]}'],
] as const)("a file that holds %s is refused", async ([text, said]) => {
  await using rig = await startRig(routes);
  const folder = await mkdtemp(join(tmpdir(), "berth-routes-"));
  const file = join(folder, "routes.json");
  await writeFile(file, text);
  expect(await rig.run(["route", "import", file])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(said),
  });
  expect((await rig.run(["route", "import", join(folder, "none.json")])).code).toBe(5);
  await rm(folder, { recursive: true });
});
