import { readdir } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startBerth, type Berth } from "../berth-process.ts";
import { call, listModels } from "./downloads.ts";
import { startHub, type HubProcess } from "./hub-process.ts";

const petabyte = 1e15;
const repos = [
  { id: "org/small", files: { "small-Q4_K_M.gguf": "GGUF" } },
  { id: "org/gated", files: { "gated-Q4_K_M.gguf": "GGUF" }, gated: "manual" as const, readers: ["member"] },
  { id: "org/secret", files: { "secret-Q4_K_M.gguf": "GGUF" }, private: true, readers: ["member"] },
  {
    id: "org/huge",
    files: { "huge-Q4_K_M.gguf": { sizeBytes: petabyte, seed: "huge", sha256: "0".repeat(64) } },
  },
];

let hub: HubProcess;
const servers = new Map<string, Berth>();
beforeAll(async () => {
  hub = await startHub({ repos, tokens: ["stranger", "member"] });
  const environment = { HF_ENDPOINT: hub.endpoint, HF_HUB_OFFLINE: "0" };
  const who: readonly (readonly [string, Record<string, string>])[] = [
    ["nobody", environment],
    ["a stranger", { ...environment, HF_TOKEN: "stranger" }],
    ["an impostor", { ...environment, HF_TOKEN: "made up" }],
    ["somebody offline", { ...environment, HF_HUB_OFFLINE: "1" }],
  ];
  for (const [name, each] of who) servers.set(name, await startBerth({ demo: false, environment: each }));
});
afterAll(async () => {
  for (const berth of servers.values()) await berth.dispose();
  await hub?.[Symbol.asyncDispose]();
});

test.each([
  [
    "nobody",
    { repo: "org/none" },
    404,
    "model_not_found",
    /no model "org\/none".*set HF_TOKEN if it is private/,
  ],
  ["a stranger", { repo: "org/none" }, 404, "model_not_found", /no model "org\/none"/],
  ["a stranger", { repo: "org/secret" }, 404, "model_not_found", /HF_TOKEN may not see it/],
  [
    "nobody",
    { repo: "org/gated" },
    403,
    "gated_model",
    /ask for access at .*\/org\/gated; then set HF_TOKEN/,
  ],
  ["a stranger", { repo: "org/gated" }, 403, "gated_model", /has not been let in yet/],
  ["an impostor", { repo: "org/small" }, 403, "forbidden", /refuses HF_TOKEN: it is wrong or has expired/],
  ["nobody", { repo: "org/small", revision: "v9" }, 404, "not_found", /no branch, tag or commit "v9"/],
  ["nobody", { repo: "org/huge" }, 422, "insufficient_disk", /needs \d+ MiB at .*, where \d+ MiB are free/],
  ["somebody offline", { repo: "org/small" }, 503, "offline", /unset HF_HUB_OFFLINE/],
  ["nobody", { repo: "../../etc" }, 400, "invalid_request", /owner\/name/],
])("%s who asks for %j gets %i, %s, and nothing is written", async (who, request, status, code, words) => {
  const berth = servers.get(who);
  if (berth === undefined) throw new Error(`nobody is ${who}`);
  const answer = await call<{ error: { code: string; message: string } }>(
    berth,
    "POST",
    "/api/v1/downloads",
    request,
  );
  expect(answer).toMatchObject({ status, body: { error: { code } } });
  expect(answer.body.error.message).toMatch(words);
  const { body } = await call<{ data: unknown[] }>(berth, "GET", "/api/v1/downloads");
  expect(body.data).toEqual([]);
  expect(await listModels(berth)).toEqual([]);
  expect((await readdir(berth.home)).includes("models")).toBe(false);
});
