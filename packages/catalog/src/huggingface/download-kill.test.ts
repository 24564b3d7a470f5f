import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { hubFixture, type HubFixture } from "./test/hub-fixture.ts";

const program = new URL("./test/download-process.ts", import.meta.url).pathname;
const sizeBytes = 30 * 2 ** 20;
const repos = [
  { id: "org/big", files: { "big-Q4_K_M.gguf": { sizeBytes, seed: "big" }, "README.md": "big" } },
];
const weights = "home/models/models--org--big";

/** Runs the download in a process of its own until it ends, or is killed when so many bytes lie there. */
async function runUntil({ double, folder }: HubFixture, bytes: number): Promise<number | null> {
  const child = spawn(process.execPath, [program, double.endpoint, folder, "org/big"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  for await (const line of createInterface(child.stdout)) {
    const { bytesDone } = JSON.parse(line) as { bytesDone: number };
    if (bytesDone >= bytes) child.kill("SIGKILL");
  }
  return ended;
}

async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

test("killed four times, a download goes on from the bytes it has and ends right", async () => {
  await using fixture = await hubFixture({
    repos,
    faults: [{ at: "store", kind: "slow", bytesPerSecond: 20 * 2 ** 20 }],
  });
  for (const share of [0.2, 0.4, 0.6, 0.8]) {
    expect(await runUntil(fixture, sizeBytes * share)).toBe(null);
    const blobs = await readdir(join(fixture.folder, weights, "blobs"));
    expect(blobs.filter((name) => name.endsWith(".incomplete"))).toHaveLength(1);
  }
  expect(await runUntil(fixture, Infinity)).toBe(0);
  const [blob = ""] = (await readdir(join(fixture.folder, weights, "blobs"))).filter(
    (name) => name.length === 64,
  );
  expect(await sha256(join(fixture.folder, weights, "blobs", blob))).toBe(blob);
  expect(fixture.double.bytesSent / sizeBytes).toBeLessThan(1.3);
}, 60_000);

test("two processes that want the same file fetch it once", async () => {
  await using fixture = await hubFixture({
    repos,
    faults: [{ at: "store", kind: "slow", bytesPerSecond: 40 * 2 ** 20 }],
  });
  expect(await Promise.all([runUntil(fixture, Infinity), runUntil(fixture, Infinity)])).toEqual([0, 0]);
  const stored = fixture.double.requests.filter((request) => request.at === "store");
  expect(stored).toHaveLength(1);
  expect(await readdir(join(fixture.folder, "home/models/.locks/models--org--big"))).toEqual([]);
  expect(await readFile(join(fixture.folder, weights, "refs/main"), "utf8")).toMatch(/^[0-9a-f]{40}$/);
}, 60_000);
