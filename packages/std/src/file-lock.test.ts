import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "./clock.ts";
import { withFileLock } from "./file-lock.ts";
import { identifyProcess } from "./process-identity.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "berth-lock-"));
  path = join(folder, "below", "work.lock");
});
afterEach(() => rm(folder, { recursive: true }));

const never = new AbortController().signal;

test("of many who want the lock, one works at a time, each gets its turn, and no lock is left", async () => {
  let working = 0;
  let most = 0;
  const turns = await Promise.all(
    [1, 2, 3].map((turn) =>
      withFileLock(path, systemClock, never, async () => {
        most = Math.max(most, ++working);
        await systemClock.sleep(5);
        working--;
        return turn;
      }),
    ),
  );
  expect({ turns, most }).toEqual({ turns: [1, 2, 3], most: 1 });
  expect(await readdir(join(folder, "below"))).toEqual([]);
});

test("work that fails gives the lock back", async () => {
  const failing = withFileLock(path, systemClock, never, () => Promise.reject(new Error("no")));
  await expect(failing).rejects.toThrow("no");
  expect(await withFileLock(path, systemClock, never, () => Promise.resolve("yes"))).toBe("yes");
});

test("whoever waits can be called off", async () => {
  const calling = new AbortController();
  await withFileLock(path, systemClock, never, async () => {
    const waiting = withFileLock(path, systemClock, calling.signal, () => Promise.resolve());
    calling.abort(new Error("called off"));
    await expect(waiting).rejects.toThrow("called off");
  });
});

test("the lock of a process that was killed is taken over", async () => {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  const holder = JSON.stringify({ host: hostname(), ...identifyProcess(child.pid ?? 0) });
  path = join(folder, "work.lock");
  await writeFile(path, holder);
  let isKilled = false;
  const waiting = withFileLock(path, systemClock, never, () => Promise.resolve(isKilled));
  isKilled = child.kill("SIGKILL");
  await once(child, "exit");
  expect(await waiting).toBe(true);
});

test.each([
  ["another machine's holder", JSON.stringify({ host: "elsewhere", pid: process.pid })],
  ["a stranger's", "not ours"],
])("the lock of %s is taken over when nobody touches it any more", async (_, holder) => {
  path = join(folder, "work.lock");
  await writeFile(path, holder);
  const longAgo = Date.now() / 1000 - 3600;
  await utimes(path, longAgo, longAgo);
  expect(await withFileLock(path, systemClock, never, () => Promise.resolve("mine"))).toBe("mine");
});
