import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Download } from "@berth/api";
import { tinyChatGguf } from "@berth/testing/tiny-gguf";
import { startBerth, top, type Berth } from "../berth-process.ts";
import { runProgram, type Ended } from "../run-program.ts";
import { call } from "./downloads.ts";
import { startHub, type HubProcess } from "./hub-process.ts";

const mebibyte = 2 ** 20;
const cli = join(top, "apps/cli/dist/berth.mjs");
const weights = (seed: string) => ({
  [`${seed}-Q4_K_M.gguf`]: { sizeBytes: 12 * mebibyte, seed, head: tinyChatGguf().toString("base64") },
});
const repos = [
  { id: "org/plain", files: weights("plain") },
  { id: "org/shown", files: weights("shown") },
  { id: "org/later", files: weights("later") },
  {
    id: "org/huge",
    files: { "huge-Q4_K_M.gguf": { sizeBytes: 1e15, seed: "huge", sha256: "0".repeat(64) } },
  },
];
/** util-linux's `script`, by which a program gets a terminal. */
const hasScript = spawnSync("script", ["--version"]).status === 0;

let hub: HubProcess;
let berth: Berth;
beforeAll(async () => {
  hub = await startHub({ repos, faults: [{ at: "store", kind: "slow", bytesPerSecond: 8 * mebibyte }] });
  berth = await startBerth({
    demo: false,
    environment: { HF_ENDPOINT: hub.endpoint, HF_HUB_OFFLINE: "0" },
  });
});
afterAll(async () => {
  await berth?.dispose();
  await hub?.[Symbol.asyncDispose]();
});

const words = (...rest: string[]): [string, ...string[]] => [
  process.execPath,
  cli,
  "--home-dir",
  berth.home,
  ...rest,
];
const run = (...rest: string[]): Promise<Ended> => runProgram(words(...rest));

test("without a terminal, progress is a line for every tenth of the way", async () => {
  const { exitCode, stdout, stderr } = await run("model", "add", "org/plain");
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  expect(stdout).toMatch(/^✔ Downloaded org\/plain \([\d.]+ MB, revision [0-9a-f]{40}\)\n$/);
  const tenths = [...stderr.matchAll(/^org\/plain: (\d+) % of [\d.]+ MB$/gm)].map(([, percent]) =>
    Number(percent),
  );
  expect(tenths.length).toBeGreaterThan(3);
  expect(tenths).toEqual([...new Set(tenths)].toSorted((a, b) => a - b));
  expect(stderr).not.toContain("\u001b");
  expect(stderr).toContain("Launch it: berth run text-generation org/plain");
});

test.runIf(hasScript)(
  "on a terminal, progress is one line with rate and time left, rewritten in place",
  async () => {
    const line = words("model", "add", "org/shown")
      .map((word) => `'${word}'`)
      .join(" ");
    const { exitCode, stdout } = await runProgram(["script", "-qec", `stty cols 120; ${line}`, "/dev/null"], {
      environment: { TERM: "xterm" },
    });
    expect(exitCode).toBe(0);
    const drawn = stdout.split("\r\u001b[2K");
    expect(drawn.length).toBeGreaterThan(5);
    expect(drawn.some((text) => /org\/shown +━+─+ \d+ % .* of [\d.]+ MB .*\/s .* left/.test(text))).toBe(
      true,
    );
    expect(drawn.at(-1)).toContain("Downloaded org/shown");
  },
);

test("started and left alone, it goes on in the server, and asking again shows the same download", async () => {
  expect((await run("model", "add", "org/later", "--detach")).exitCode).toBe(0);
  const { stdout } = await run("model", "add", "org/later", "--json");
  const { body } = await call<{ data: Download[] }>(berth, "GET", "/api/v1/downloads");
  expect(body.data.filter(({ repo }) => repo === "org/later")).toHaveLength(1);
  expect(JSON.parse(stdout)).toMatchObject({ repo: "org/later", status: "COMPLETED" });
});

test.each([
  ["org/huge", /^berth: the download needs \d+ MiB at .*, where \d+ MiB are free/],
  ["org/none", /^berth: .* has no model "org\/none"/],
])("what cannot be had, as %s, is one clear line and an exit code", async (repo, line) => {
  const { exitCode, stdout, stderr } = await run("model", "add", repo);
  expect(exitCode).not.toBe(0);
  expect(stdout).toBe("");
  expect(stderr.trim()).toMatch(line);
  expect(stderr.trim().split("\n")).toHaveLength(1);
});
