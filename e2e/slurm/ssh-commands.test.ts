import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { SshHost } from "@berth/launchers/remote";
import { shellWords } from "@berth/std/shell-quote";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "../until.ts";
import { type Lab, labObstacle, startLab } from "./lab.ts";
import { openSshPlace, type SshPlace } from "./ssh-place.ts";

const never = new AbortController().signal;

describe.skipIf(labObstacle() !== undefined)("commands on a login node", () => {
  let lab: Lab;
  let place: SshPlace;
  let host: SshHost;

  beforeAll(() => {
    lab = startLab();
    place = openSshPlace(lab);
    host = place.open();
  });
  afterAll(() => place[Symbol.asyncDispose]());

  /** Processes of the user on the login node whose command line holds the text. */
  const running = (text: string): string[] =>
    lab
      .exec("login", ["ps", "-u", lab.user, "-o", "args="])
      .split("\n")
      .filter((line) => line.includes(text));

  test.for([
    ["true", 0, "", /^$/],
    ["exit 255", 255, "", /^$/],
    ["exit 3", 3, "", /^$/],
    ["kill -9 $$", 137, "", /Killed/],
    ["printf 'no newline'; printf oops >&2; exit 1", 1, "no newline", /^oops$/],
    ['echo "$(hostname)" $0', 0, "login /bin/sh\n", /^$/],
    ["exec echo instead", 0, "instead\n", /^$/],
    ["if", 2, "", /Syntax error/],
  ] as const)("%s is an answer", async ([script, exitCode, stdout, stderr]) => {
    const answer = await host.run({ script }, never);
    expect(answer).toMatchObject({ exitCode, stdout });
    expect(answer.stderr).toMatch(stderr);
  });

  test("a script has an input of its own, and need not read it", async () => {
    const stdin = "x".repeat(3_000_000);
    expect(await host.run({ script: "wc -c", stdin }, never)).toMatchObject({ stdout: "3000000\n" });
    expect(await host.run({ script: "cat" }, never)).toMatchObject({ stdout: "" });
    expect(await host.run({ script: "exit 4", stdin }, never)).toMatchObject({ exitCode: 4 });
  });

  test("a script of 60 kB runs, one that no command line carries is refused", async () => {
    const script = (bytes: number) => `: ${"x".repeat(bytes)}\necho done`;
    expect(await host.run({ script: script(60_000) }, never)).toMatchObject({ stdout: "done\n" });
    await expect(host.run({ script: script(120_000) }, never)).rejects.toThrow("too long for a command line");
  });

  test("what login files print is cut off", async () => {
    const sshConfig = place.config([`IdentityFile ${join(lab.dir, "laptop/hpcuser2.key")}`]);
    const talkative = place.open({ user: "hpcuser2", sshConfig });
    const answer = await talkative.run({ script: "echo mine; echo also >&2; exit 7" }, never);
    expect(answer).toEqual({ exitCode: 7, stdout: "mine\n", stderr: "also\n" });
    expect(
      spawnSync("ssh", ["-F", sshConfig, "hpcuser2@login-lo", "true"], { encoding: "utf8" }).stdout,
    ).toContain("Welcome to LAB");
  });

  test("any value travels unharmed", async () => {
    const word = fc
      .oneof(
        fc.string({ unit: "binary" }),
        fc.string({ unit: fc.constantFrom(..."'\"\\$`!\n\t #~*?[]{}()<>|&;=-%é".split("")) }),
      )
      // no shell carries it, and the quoting refuses it
      .filter((text) => !text.includes("\0") && text.isWellFormed());
    await fc.assert(
      fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 20 }), async (words) => {
        const { stdout } = await host.run({ script: `printf '%s\\0' ${shellWords(words)}` }, never);
        expect(stdout.split("\0").slice(0, -1)).toEqual(words);
      }),
      { numRuns: 60 },
    );
  });

  test("30 commands at once are all answered, by a host that takes ten sessions, and by one that takes a single one", async () => {
    const ask = (one: SshHost) =>
      Promise.all(
        Array.from(
          { length: 30 },
          async (_, n) => (await one.run({ script: `sleep 0.1; echo ${n}` }, never)).stdout,
        ),
      );
    const expected = Array.from({ length: 30 }, (_, n) => `${n}\n`);
    expect(await ask(host)).toEqual(expected);
    place.sshd("MaxSessions 1");
    const narrow = place.open({ sshConfig: place.config([]) });
    expect(await ask(narrow)).toEqual(expected);
    place.sshd("");
  });

  test("a command that takes too long is ended there, and the connection lives on", async () => {
    const { master } = host;
    await master.ensure(never);
    const before = master.incarnation;
    await expect(host.run({ script: "sleep 3333", timeoutMs: 1000 }, never)).rejects.toMatchObject({
      code: "upstream_timeout",
      message: expect.stringContaining("within 1 s"),
    });
    await until("the command to be gone", () => (running("sleep 3333").length === 0 ? true : undefined));
    expect(await host.run({ script: "echo on" }, never)).toMatchObject({ stdout: "on\n" });
    expect(master.incarnation).toBe(before);
  });

  test("a command that is given up leaves nothing running", async () => {
    const giveUp = new AbortController();
    const run = host.run({ script: "sleep 4444 & sleep 4445" }, giveUp.signal);
    run.catch(() => undefined);
    await until("the command to run", () => (running("sleep 4445").length > 0 ? true : undefined));
    giveUp.abort(new Error("enough"));
    await expect(run).rejects.toThrow("enough");
    await until("the command to be gone", () => (running("sleep 444").length === 0 ? true : undefined));
  });

  test("a stream gives its output as it comes, takes input meanwhile, and ends with its script", async () => {
    const stream = await host.stream(
      { script: "echo ready; while read line; do echo got $line; done; exit 9" },
      never,
    );
    stream.stdout.setEncoding("utf8");
    expect((await once(stream.stdout, "data"))[0]).toBe("ready\n");
    stream.stdin.write("one\n");
    expect((await once(stream.stdout, "data"))[0]).toBe("got one\n");
    stream.stdin.end();
    stream.stdout.resume();
    expect(await stream.ended).toEqual({ exitCode: 9, stderr: "" });
  });

  test("a stream that is given up leaves nothing running; ten of them keep no command waiting", async () => {
    const giveUp = new AbortController();
    const script = "echo on; sleep 5555";
    const streams = Array.from({ length: 10 }, () => host.stream({ script }, giveUp.signal));
    for (const stream of streams) stream.catch(() => undefined);
    const stream = await Promise.race(streams);
    expect(await host.run({ script: "echo on" }, never)).toMatchObject({ stdout: "on\n" });
    giveUp.abort(new Error("enough"));
    await expect(stream.ended).rejects.toThrow("enough");
    await Promise.allSettled(streams);
    await until("all to be gone", () => (running("sleep 5555").length === 0 ? true : undefined));
  });

  test("a stream's reader that is slow holds the script back, and loses nothing", async () => {
    const { stdout, ended } = await host.stream({ script: "head -c 30000000 /dev/zero" }, never);
    let bytes = 0;
    for await (const chunk of stdout) {
      if (bytes === 0) await new Promise((resolve) => setTimeout(resolve, 300));
      bytes += (chunk as Buffer).length;
    }
    expect(bytes).toBe(30_000_000);
    expect(await ended).toMatchObject({ exitCode: 0 });
  });

  test("another server adopts the connection", async () => {
    const second = place.open();
    expect(await second.run({ script: "echo $SSH_CONNECTION" }, never)).toEqual(
      await host.run({ script: "echo $SSH_CONNECTION" }, never),
    );
    await second[Symbol.asyncDispose]();
    expect(await host.run({ script: "echo on" }, never)).toMatchObject({ stdout: "on\n" });
  });

  test("sockets and logs lie where nobody else of this machine can reach them", () => {
    expect(statSync(place.controlDir).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(place.controlDir))
      expect([name, statSync(join(place.controlDir, name)).mode & 0o077]).toEqual([name, 0]);
  });

  test("the user's own master and sessions are left alone, and what the config asks of sessions is not done", async () => {
    const own = join(place.dir, "own");
    const sshConfig = place.config([
      "Host *",
      `ControlPath ${own}`,
      "ControlMaster auto",
      "ControlPersist 60",
      "RemoteCommand echo theirs",
      "RequestTTY force",
      "LocalForward 127.0.0.1:47123 localhost:22",
      `PermitLocalCommand yes`,
      `LocalCommand touch ${join(place.dir, "local-command")}`,
    ]);
    const user = (...words: readonly string[]) =>
      spawnSync("ssh", ["-F", sshConfig, ...words], { encoding: "utf8" });
    expect(user("-fN", "-o", "RemoteCommand=none", "-o", "PermitLocalCommand=no", "login-lo").status).toBe(0);
    const before = user("-O", "check", "login-lo").stderr;
    const polite = place.open({ sshConfig });
    expect(await polite.run({ script: "echo ours" }, never)).toMatchObject({ stdout: "ours\n", stderr: "" });
    await polite.end();
    expect(user("-O", "check", "login-lo").stderr).toBe(before);
    expect(before).toContain("Master running");
    expect(existsSync(join(place.dir, "local-command"))).toBe(false);
    user("-O", "exit", "login-lo");
  });

  test("a jump host is passed, as the user's config says", async () => {
    const port = /^ *Port (\d+)$/m.exec(readFileSync(lab.sshConfig, "utf8"))?.[1];
    const sshConfig = place.config([
      "Host login-lo",
      "HostName 127.0.0.1",
      "Port 22",
      "HostKeyAlias login",
      "ProxyJump jump",
      "Host jump",
      "HostName 127.0.0.1",
      `Port ${port}`,
      "HostKeyAlias login",
    ]);
    const behind = place.open({ sshConfig });
    expect(await behind.run({ script: "echo $SSH_CONNECTION" }, never)).toMatchObject({
      stdout: expect.stringMatching(/^127\.0\.0\.1 /),
    });
  });
});
