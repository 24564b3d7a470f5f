import { execFileSync } from "node:child_process";
import { hostname } from "node:os";
import { httpGet } from "@berth/std/http-get";
import { scriptedEngine } from "@berth/testing/scripted-engine";
import { describe, expect, test } from "vitest";
import { launchRunner, secret } from "./test/launched-runner.ts";

const never = new AbortController().signal;
const headers = { "x-berth-runner-secret": secret };

/** What a launch on another machine asks of its runner. */
const remote = { bindHost: "0.0.0.0", reachedBy: "machine", tls: true, localSocket: true } as const;

describe("a runner that is reached from other machines", () => {
  test("tells the machine's name and the fingerprint of its certificate, and answers by TLS alone", async () => {
    await using runner = await launchRunner({
      argv: [...scriptedEngine, "--listen", "{socket}"],
      spec: remote,
    });
    const { host, port, fingerprint, socketDir } = await runner.phase("ready");
    expect(host).toBe(hostname());
    expect(fingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect(socketDir).not.toBeNull();
    const url = new URL(`https://127.0.0.1:${port}/-/health`);
    const told = { fingerprint: fingerprint ?? "" };
    expect(await httpGet({ url, ...told }, headers, never)).toMatchObject({ status: 200 });
    expect(await httpGet({ url, ...told }, {}, never)).toMatchObject({ status: 401 });
    const plain = new URL(`http://127.0.0.1:${port}/-/health`);
    await expect(httpGet({ url: plain }, headers, never)).rejects.toThrow();
  });

  test("whoever has another certificate at its port hears nothing of the secret", async () => {
    await using runner = await launchRunner({
      argv: [...scriptedEngine, "--listen", "{socket}"],
      spec: remote,
    });
    const { port } = await runner.phase("ready");
    const url = new URL(`https://127.0.0.1:${port}/-/health`);
    const asking = httpGet({ url, fingerprint: "0".repeat(64) }, headers, never);
    await expect(asking).rejects.toThrow("another certificate");
  });

  test("it ends itself when nobody calls it, and says so", async () => {
    await using runner = await launchRunner({
      argv: [...scriptedEngine, "--listen", "{socket}"],
      spec: { idleTimeoutMs: 200 },
    });
    // ready it may be for so short a while that nobody who looks sees it
    const { exit } = await runner.ended();
    expect(exit).toMatchObject({ cause: "idle", requested: true });
  });

  test("a scheduler's warning shortly before the wall time is told as such", async () => {
    await using runner = await launchRunner({
      argv: [...scriptedEngine, "--listen", "{socket}"],
      processEnv: { BERTH_JOB_ENDS_AT: String(Math.round(Date.now() / 1000) + 60) },
    });
    await runner.phase("ready");
    runner.process.kill("SIGTERM");
    expect((await runner.ended()).exit).toMatchObject({ cause: "time_limit", requested: true });
  });
});

const grantsNamespaces = (() => {
  try {
    execFileSync("unshare", ["--user", "--map-root-user", "--net", "ip", "link", "set", "lo", "up"]);
    return true;
  } catch {
    return false;
  }
})();

describe.skipIf(!grantsNamespaces)("an engine that knows only ports, in a network of its own", () => {
  const listening = [...scriptedEngine, "--listen", "{port}"];

  test("answers through the runner, and nowhere else", async () => {
    await using runner = await launchRunner({
      argv: listening,
      spec: { listen: { kind: "port", reach: "private" } },
    });
    await runner.phase("ready");
    expect(await runner.call("/health")).toMatchObject({ status: 200 });
    // somebody else may listen on the same number out here: what counts is that the engine is not out here
    const { engine } = await runner.phase("ready");
    const inside = execFileSync("readlink", [`/proc/${engine?.pid}/ns/net`], { encoding: "utf8" });
    expect(inside).not.toBe(execFileSync("readlink", ["/proc/self/ns/net"], { encoding: "utf8" }));
  });

  test("its exit code is told as if there were nothing between", async () => {
    await using runner = await launchRunner({
      argv: [...scriptedEngine, "--print", "2", "--exit-code", "3"],
      spec: { listen: { kind: "port", reach: "private" } },
    });
    expect((await runner.ended()).exit).toMatchObject({ exitCode: 3, logTail: ["line 1", "line 2"] });
  });

  test("no process and no socket is left when it is stopped", async () => {
    await using runner = await launchRunner({
      argv: listening,
      spec: { listen: { kind: "port", reach: "private" } },
    });
    await runner.phase("ready");
    runner.process.kill("SIGTERM");
    const { exit, socketDir } = await runner.ended();
    expect(exit).toMatchObject({ requested: true });
    expect(socketDir).not.toBeNull();
    expect(() => execFileSync("stat", [socketDir ?? ""], { stdio: "ignore" })).toThrow();
  });
});
