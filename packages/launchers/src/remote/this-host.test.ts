import { once } from "node:events";
import { Readable } from "node:stream";
import { systemClock } from "@berth/std/clock";
import { expect, test } from "vitest";
import { createThisHost } from "./this-host.ts";

const never = new AbortController().signal;
const host = createThisHost({
  clock: systemClock,
  env: {
    PATH: process.env["PATH"],
    HOME: "/",
    BERTH_AUTH_TOKEN: "not for scripts",
    SQUEUE_STATES: "RUNNING",
    SBATCH_ACCOUNT: "chem",
  },
});

test.for([
  ["exit 255", 255, "", ""],
  ["kill -9 $$", 137, "", ""],
  ["printf out; printf err >&2; exit 3", 3, "out", "err"],
  ['echo "$BERTH_AUTH_TOKEN" "$(pwd)"', 0, " /\n", ""],
  ['echo "$SQUEUE_STATES" "$SBATCH_ACCOUNT"', 0, " chem\n", ""],
] as const)("%s is an answer", async ([script, exitCode, stdout, stderr]) => {
  expect(await host.run({ script }, never)).toEqual({ exitCode, stdout, stderr });
});

test("input is what was given, and nothing otherwise", async () => {
  expect(await host.run({ script: "wc -c", stdin: "x".repeat(1_000_000) }, never)).toMatchObject({
    stdout: "1000000\n",
  });
  expect(await host.run({ script: "cat", stdin: Readable.from(["a", "b"]) }, never)).toMatchObject({
    stdout: "ab",
  });
  expect(await host.run({ script: "cat" }, never)).toMatchObject({ stdout: "" });
  expect(await host.run({ script: "exit 4", stdin: "x".repeat(1_000_000) }, never)).toMatchObject({
    exitCode: 4,
  });
});

test("what takes too long, or is given up, is ended with all it started", async () => {
  await expect(host.run({ script: "sleep 1000 & wait", timeoutMs: 200 }, never)).rejects.toMatchObject({
    code: "upstream_timeout",
  });
  const giveUp = new AbortController();
  const { stdout, ended } = await host.stream({ script: "echo on; sleep 1000 & wait" }, giveUp.signal);
  await once(stdout, "data");
  giveUp.abort(new Error("enough"));
  stdout.resume();
  // the pipe ends when nobody holds it any more
  await once(stdout, "end");
  expect(await ended).toMatchObject({ exitCode: 143 });
});

test("an answer without an end is an error, and what gives it is ended", async () => {
  await expect(host.run({ script: "yes" }, never)).rejects.toMatchObject({ code: "upstream_failed" });
});

test("of words without an end on standard error the first and the last are kept", async () => {
  const script = "echo first >&2; head -c 5000000 /dev/zero | tr '\\0' x >&2; echo last >&2";
  const { stderr } = await host.run({ script }, never);
  expect(stderr.length).toBeLessThan(3_000_000);
  expect([stderr.startsWith("first\n"), stderr.endsWith("last\n")]).toEqual([true, true]);
});

test("ports are reached as they are", async () => {
  const target = { host: "node1", port: 8080 };
  expect(await host.tunnel(target, never)).toEqual({ transport: "direct", socketPath: undefined });
  await host.closeTunnel(target);
  expect(host.connection).toMatchObject({ state: "connected", transport: "direct" });
});
