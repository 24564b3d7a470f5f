import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { identifyProcess, isAlive } from "./process-identity.ts";

test("this process lives and is itself", () => {
  const identity = identifyProcess(process.pid);
  expect(identity).toMatchObject({ pid: process.pid });
  expect(identity !== undefined && isAlive(identity)).toBe(true);
});

test("a process that has ended is gone, and nothing has its identity any more", async () => {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  const identity = identifyProcess(child.pid ?? 0);
  if (identity === undefined) throw new Error("the child did not start");
  expect(isAlive(identity)).toBe(true);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(identifyProcess(identity.pid)).toBeUndefined();
  expect(isAlive(identity)).toBe(false);
});

test("the same number with another start time or another boot is another process", () => {
  const identity = identifyProcess(process.pid);
  if (identity === undefined) throw new Error("this process has no identity");
  expect(isAlive({ ...identity, startTime: "1" })).toBe(false);
  expect(isAlive({ ...identity, bootId: "another" })).toBe(false);
});

test("a number no process can have is nobody", () => {
  expect(identifyProcess(2 ** 30)).toBeUndefined();
});
