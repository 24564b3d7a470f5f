import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Download } from "@berth/api";
import type { HubFault } from "@berth/testing/hub-double";
import { tinyChatGguf } from "@berth/testing/tiny-gguf";
import { startBerth, type Berth } from "../berth-process.ts";
import { begin, call, listModels, repoFolder, untilDownload, untilStatus } from "./downloads.ts";
import { startHub, type HubProcess } from "./hub-process.ts";

const mebibyte = 2 ** 20;
const head = tinyChatGguf().toString("base64");
const big = { sizeBytes: 300 * mebibyte, seed: "big", head };
const middling = { sizeBytes: 24 * mebibyte, seed: "middling", head };
const repos = [
  { id: "org/big", files: { "big-Q4_K_M.gguf": big, "README.md": "big" } },
  { id: "org/middling", files: { "middling-Q4_K_M.gguf": middling } },
  { id: "org/damaged", files: { "damaged-Q4_K_M.gguf": { ...middling, seed: "damaged" } } },
];
const slowly = (mebibytesPerSecond: number): HubFault => ({
  at: "store",
  kind: "slow",
  bytesPerSecond: mebibytesPerSecond * mebibyte,
});

let hub: HubProcess;
let berth: Berth;
const start = (home?: string): Promise<Berth> =>
  startBerth({
    demo: false,
    ...(home === undefined ? {} : { home }),
    environment: { HF_ENDPOINT: hub.endpoint, HF_HUB_OFFLINE: "0" },
  });
beforeAll(async () => {
  hub = await startHub({ repos });
  berth = await start();
});
afterAll(async () => {
  await berth?.dispose();
  await hub?.[Symbol.asyncDispose]();
});

async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

test("300 MB arrive whole and hardly twice, through kills, cuts and refusals", async () => {
  const faults: readonly HubFault[] = [
    slowly(40),
    { at: "store", kind: "cut", afterBytes: 20 * mebibyte, times: 2 },
    { at: "resolve", kind: "status", status: 429, retryAfterSeconds: 1, times: 1 },
    { at: "resolve", kind: "status", status: 503, times: 1 },
    { at: "store", kind: "status", status: 403, times: 1 },
  ];
  const sentBefore = await hub.setFaults(faults);
  const { id } = await begin(berth, "org/big");
  for (const share of [0.2, 0.45, 0.7]) {
    const before = await untilDownload(
      berth,
      id,
      `${share * 100} % there`,
      ({ bytesDone }) => bytesDone >= share * big.sizeBytes,
    );
    await berth.kill("SIGKILL");
    berth = await start(berth.home);
    // by itself: nobody asks it to
    const after = await untilDownload(
      berth,
      id,
      "going on",
      ({ status, bytesDone }) => status === "RUNNING" && bytesDone >= before.bytesDone,
    );
    expect(after.commit).toBe(before.commit);
  }
  const done = await untilStatus(berth, id, "COMPLETED");
  const sent = (await hub.setFaults([])) - sentBefore;
  expect(sent / big.sizeBytes).toBeLessThan(1.3);

  const folder = join(repoFolder(berth, "org/big"), "blobs");
  const [weights = ""] = (await readdir(folder)).filter((name) => name.length === 64);
  expect(await sha256(join(folder, weights))).toBe(weights);
  expect((await readdir(folder)).filter((name) => name.includes("incomplete"))).toEqual([]);
  expect(await listModels(berth)).toEqual([
    expect.objectContaining({ id: done.modelId, repo: "org/big", revision: done.commit, status: "ready" }),
  ]);
});

test("a download that is cancelled keeps what it has, and goes on from there when it is resumed", async () => {
  const sentBefore = await hub.setFaults([slowly(12)]);
  const { id } = await begin(berth, "org/middling");
  await untilDownload(berth, id, "well under way", ({ bytesDone }) => bytesDone > middling.sizeBytes / 3);
  const cancelled = await call<Download>(berth, "POST", `/api/v1/downloads/${id}/cancel`);
  expect(cancelled.body).toMatchObject({ status: "CANCELLED", bytesPerSecond: null });
  expect(cancelled.body.bytesDone).toBeGreaterThan(middling.sizeBytes / 3);
  expect((await listModels(berth)).filter(({ status }) => status === "ready")).toHaveLength(1);
  const again = await call(berth, "POST", `/api/v1/downloads/${id}/cancel`);
  expect(again).toMatchObject({ status: 409, body: { error: { code: "conflict" } } });

  const resumed = await call<Download>(berth, "POST", `/api/v1/downloads/${id}/resume`);
  expect(resumed.body.status).toMatch(/QUEUED|RUNNING/);
  await untilStatus(berth, id, "COMPLETED");
  const sent = (await hub.setFaults([])) - sentBefore;
  expect(sent / middling.sizeBytes).toBeLessThan(1.3);
});

test("wrong bytes are found out: FAILED with both checksums, nothing of them is offered, and it can be resumed", async () => {
  await hub.setFaults([{ at: "store", kind: "wrong-byte" }]);
  const { id } = await begin(berth, "org/damaged");
  const failed = await untilStatus(berth, id, "FAILED");
  const [found = "", wanted = ""] = failed.statusReason?.match(/[0-9a-f]{64}/g) ?? [];
  expect(failed.statusReason).toContain("org/damaged: damaged-Q4_K_M.gguf arrived damaged");
  expect(found).not.toBe(wanted);
  expect(
    (await listModels(berth)).filter((one) => one.repo === "org/damaged" && one.status === "ready"),
  ).toEqual([]);

  await hub.setFaults([]);
  await call(berth, "POST", `/api/v1/downloads/${id}/resume`);
  await untilStatus(berth, id, "COMPLETED");
  expect(await readdir(join(repoFolder(berth, "org/damaged"), "blobs"))).toContain(wanted);
});
