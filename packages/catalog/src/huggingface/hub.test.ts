import { expect, test } from "vitest";
import { hubModelSchema, hubRepoSchema } from "@berth/api";
import type { HubDoubleRepo } from "@berth/testing/hub-double";
import { hubFixture } from "./test/hub-fixture.ts";

const signal = new AbortController().signal;

const chat: HubDoubleRepo = {
  id: "org/chat-GGUF",
  files: {
    "README.md": "# Chat",
    "chat-Q4_K_M.gguf": { sizeBytes: 3_000_000, seed: "a" },
    "chat-Q8_0.gguf": "bytes",
  },
  branches: { "refs/convert": { "README.md": "other" } },
  tags: { "v1.0": { "README.md": "old" } },
  task: "text-generation",
  licence: "mit",
  downloads: 12,
  likes: 3,
};
const gated: HubDoubleRepo = { ...chat, id: "org/gated", gated: "manual", readers: ["good"] };
const secret: HubDoubleRepo = { ...chat, id: "org/secret", private: true, readers: ["good"] };
const embedder: HubDoubleRepo = {
  id: "org/embedder",
  files: { "model.safetensors": "weights" },
  task: "feature-extraction",
};
const repos = [chat, gated, secret, embedder];

test("search finds by words and task, and says what an engine here can run", async () => {
  await using fixture = await hubFixture({ repos });
  const found = await fixture.hub.search({ text: "chat", task: undefined, limit: 20 }, signal);
  expect(found.map((model) => hubModelSchema.parse(model))).toEqual([
    {
      id: "org/chat-GGUF",
      task: "text-generation",
      downloads: 12,
      likes: 3,
      gated: false,
      private: false,
      updatedAt: Date.parse("2026-11-01T12:00:00.000Z"),
      runnable: true,
    },
  ]);
  expect(await fixture.hub.search({ text: "", task: "feature-extraction", limit: 20 }, signal)).toMatchObject(
    [{ id: "org/embedder", runnable: false }],
  );
  expect(await fixture.hub.search({ text: "", task: undefined, limit: 1 }, signal)).toHaveLength(1);
});

test("Whisper runs here as ONNX and as GGML, and other speech models do not", async () => {
  const task = "automatic-speech-recognition";
  const speech = [
    { id: "org/whisper-onnx", labels: ["whisper", "onnx"], files: { "onnx/encoder_model.onnx": "w" }, task },
    { id: "org/other-onnx", labels: ["moonshine", "onnx"], files: { "onnx/encoder_model.onnx": "w" }, task },
    { id: "org/whisper-ggml", files: { "ggml-base.bin": "w" }, task },
    { id: "org/whisper", labels: ["whisper"], files: { "model.safetensors": "w" }, task },
  ];
  await using fixture = await hubFixture({ repos: speech });
  const runnable = await Promise.all(
    speech.map(async ({ id }) => (await fixture.hub.describe(id, undefined, signal)).runnable),
  );
  expect(runnable).toEqual([true, false, true, false]);
});

test("describe shows files, choices, branches and tags, over several pages", async () => {
  await using fixture = await hubFixture({ repos, pageSize: 1 });
  const repo = hubRepoSchema.parse(await fixture.hub.describe("org/chat-GGUF", undefined, signal));
  expect(repo).toMatchObject({
    id: "org/chat-GGUF",
    licence: "mit",
    branches: ["main", "refs/convert"],
    tags: ["v1.0"],
    files: [
      { path: "README.md", sizeBytes: 6 },
      { path: "chat-Q4_K_M.gguf", sizeBytes: 3_000_000 },
      { path: "chat-Q8_0.gguf", sizeBytes: 5 },
    ],
  });
  expect(repo.variants.map(({ name, recommended }) => [name, recommended])).toEqual([
    ["Q4_K_M", true],
    ["Q8_0", false],
  ]);
  const old = await fixture.hub.describe("org/chat-GGUF", "v1.0", signal);
  expect(old.revision).not.toBe(repo.revision);
  expect(await fixture.hub.describe("org/chat-GGUF", old.revision.slice(0, 8), signal)).toEqual(old);
});

test.each([
  [
    "a repository that is not there",
    "org/nothing",
    undefined,
    undefined,
    "model_not_found",
    /has no model "org\/nothing".*set HF_TOKEN/,
  ],
  [
    "the same with a token",
    "org/nothing",
    undefined,
    "good",
    "model_not_found",
    /or the account of HF_TOKEN may not see it$/,
  ],
  [
    "a private one without a token",
    "org/secret",
    undefined,
    undefined,
    "model_not_found",
    /set HF_TOKEN if it is private/,
  ],
  [
    "a revision that is not there",
    "org/chat-GGUF",
    "v9",
    undefined,
    "not_found",
    /^revision: org\/chat-GGUF has no branch, tag or commit "v9"$/,
  ],
  [
    "a token that the hub refuses",
    "org/chat-GGUF",
    undefined,
    "hf_wrong",
    "forbidden",
    /refuses HF_TOKEN: it is wrong or has expired$/,
  ],
  ["a name that is none", "../org/chat", undefined, undefined, "model_not_found", /is no model's name/],
  ["a data set's name", "datasets/chat", undefined, undefined, "model_not_found", /is no model's name/],
] as const)("describe: %s is refused with the next step", async (_, repo, revision, token, code, message) => {
  await using fixture = await hubFixture({ repos, tokens: ["good"] }, { token: () => token });
  const error: unknown = await fixture.hub
    .describe(repo, revision, signal)
    .catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
  expect(String(error)).not.toContain("hf_wrong");
});

test.each([
  ["without a token", undefined, /is gated: ask for access at http:.*\/org\/gated; then set HF_TOKEN/],
  ["with a stranger's token", "stranger", /the account of HF_TOKEN has not been let in yet$/],
])("a gated repository is shown, and its download refused %s", async (_, token, message) => {
  await using fixture = await hubFixture({ repos, tokens: ["good", "stranger"] }, { token: () => token });
  expect(await fixture.hub.describe("org/gated", undefined, signal)).toMatchObject({ gated: "manual" });
  await expect(fixture.hub.plan({ repo: "org/gated" }, fixture.profile, signal)).rejects.toMatchObject({
    code: "gated_model",
    message: expect.stringMatching(message),
    details: { page: `${fixture.double.endpoint}/org/gated` },
  });
});

test("with the right token gated and private repositories are like any other", async () => {
  await using fixture = await hubFixture({ repos, tokens: ["good"] }, { token: () => "good" });
  for (const repo of ["org/gated", "org/secret"]) {
    expect(await fixture.hub.plan({ repo }, fixture.profile, signal)).toMatchObject({
      bytesTotal: 3_000_000,
    });
  }
});

test("offline, nothing is asked", async () => {
  await using fixture = await hubFixture({ repos }, { offline: () => true });
  const { hub, profile } = fixture;
  const calls = [
    hub.search({ text: "", task: undefined, limit: 5 }, signal),
    hub.describe("org/chat-GGUF", undefined, signal),
    hub.plan({ repo: "org/chat-GGUF" }, profile, signal),
  ];
  for (const call of calls) await expect(call).rejects.toMatchObject({ code: "offline" });
  expect(fixture.double.requests).toEqual([]);
});

test("a hub in trouble is asked again, as long as it asks to wait", async () => {
  await using fixture = await hubFixture({
    repos,
    faults: [
      { at: "api", kind: "status", status: 503, times: 2 },
      { at: "api", kind: "status", status: 429, retryAfterSeconds: 7, times: 1 },
    ],
  });
  expect(await fixture.hub.describe("org/chat-GGUF", undefined, signal)).toMatchObject({ likes: 3 });
});

test.each([
  ["answers with 500", [{ at: "api", kind: "status", status: 500 }], "answered with 500"],
  [
    "wants no requests",
    [{ at: "api", kind: "status", status: 429 }],
    "asks to be left alone for a while (429)",
  ],
] as const)("a hub that always %s is given up, in words", async (_, faults, words) => {
  await using fixture = await hubFixture({ repos, faults });
  await expect(fixture.hub.describe("org/chat-GGUF", undefined, signal)).rejects.toMatchObject({
    code: "upstream_failed",
    message: `${fixture.double.endpoint} ${words}`,
  });
  expect(fixture.double.requests).toHaveLength(4);
});

test("a hub that is not there is named with the reason", async () => {
  await using fixture = await hubFixture({ repos });
  await fixture.double.close();
  await expect(fixture.hub.search({ text: "", task: undefined, limit: 5 }, signal)).rejects.toMatchObject({
    code: "upstream_failed",
    message: `cannot talk to ${fixture.double.endpoint}: ECONNREFUSED`,
  });
});

test("a disk without room is told with the numbers, before a byte is fetched", async () => {
  const sizeBytes = 10 ** 15;
  const content = { sizeBytes, seed: "huge", sha256: "0".repeat(64) };
  await using fixture = await hubFixture({
    repos: [{ id: "org/huge", files: { "huge-Q4_K_M.gguf": content } }],
  });
  await expect(fixture.hub.plan({ repo: "org/huge" }, fixture.profile, signal)).rejects.toMatchObject({
    code: "insufficient_disk",
    message: expect.stringMatching(
      /^the download needs 953674381 MiB at .*\/home\/models, where \d+ MiB are free$/,
    ),
    details: { neededBytes: sizeBytes + 64 * 2 ** 20, freeBytes: expect.any(Number) },
  });
  expect(fixture.double.bytesSent).toBe(0);
});

test("a home that cannot be written is told before a byte is fetched", async () => {
  await using fixture = await hubFixture({ repos });
  const profile = { ...fixture.profile, home: "/proc/sys" };
  await expect(fixture.hub.plan({ repo: "org/chat-GGUF" }, profile, signal)).rejects.toMatchObject({
    code: "read_only",
    message: "/proc/sys cannot be written (EACCES); choose a profile whose home can",
  });
});
