import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createConnection, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSshHost, type SshHost } from "@berth/launchers/remote";
import { systemClock } from "@berth/std/clock";
import { shellWords } from "@berth/std/shell-quote";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Lab, labObstacle, startLab } from "./lab.ts";

const never = new AbortController().signal;

describe.skipIf(labObstacle() !== undefined)("a login node over ssh", () => {
  let lab: Lab;
  let dir: string;
  let host: SshHost;
  const open = (options: { readonly user?: string; readonly sshConfig?: string } = {}): SshHost =>
    createSshHost({
      facts: {
        host: lab.host,
        user: options.user ?? lab.user,
        sshConfig: options.sshConfig ?? lab.sshConfig,
      },
      controlDir: join(dir, "ssh"),
      clock: systemClock,
      env: process.env,
    });

  beforeAll(() => {
    lab = startLab();
    dir = mkdtempSync(join(tmpdir(), "berth-ssh-"));
    host = open();
  });
  afterAll(async () => {
    await host.end();
    rmSync(dir, { recursive: true });
  });

  test.for([
    ["true", 0, "", ""],
    ["exit 255", 255, "", ""],
    ["exit 3", 3, "", ""],
    ["kill -9 $$", 137, "", ""],
    ["printf 'no newline'; printf oops >&2; exit 1", 1, "no newline", "oops"],
    ['echo "$(hostname)" $0', 0, "login /bin/sh\n", ""],
    ["if", 2, "", /Syntax error/],
  ] as const)("%s is an answer", async ([script, exitCode, stdout, stderr]) => {
    const answer = await host.run({ script }, never);
    expect(answer).toMatchObject({ exitCode, stdout });
    expect(answer.stderr).toMatch(stderr);
  });

  test("a script has an input of its own", async () => {
    const stdin = "x".repeat(3_000_000);
    expect(await host.run({ script: "wc -c", stdin }, never)).toMatchObject({ stdout: "3000000\n" });
    expect(await host.run({ script: "cat" }, never)).toMatchObject({ stdout: "" });
    expect(await host.run({ script: "exit 4", stdin }, never)).toMatchObject({ exitCode: 4 });
  });
});
