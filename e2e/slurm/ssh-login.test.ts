import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Profile } from "@berth/api";
import type { Answerer, RemoteHosts } from "@berth/launchers";
import { createHosts } from "@berth/launchers/remote";
import { systemClock } from "@berth/std/clock";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { until } from "../until.ts";
import {
  duoPrompt,
  type FakeLogin,
  type HostKey,
  makeHostKey,
  startFakeLogin,
} from "./fake-login/fake-login.ts";

const never = new AbortController().signal;
const password = "correct horse battery staple";

/** Nobody should be asked. */
const nobody: Answerer = async ({ text }) => {
  throw new Error(`nobody expected: ${text}`);
};

describe("logging in by password and Duo, through OpenSSH", () => {
  let dir: string;
  let key: HostKey;
  let server: FakeLogin;
  let hosts: RemoteHosts & AsyncDisposable;
  let profile: Profile;
  let knownHosts: string;

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), "berth-login-"));
    key = makeHostKey(join(dir, "host-key"));
    server = await startFakeLogin({ password, hostKey: key.path });
    knownHosts = join(dir, "known_hosts");
    writeFileSync(knownHosts, `[127.0.0.1]:${server.port} ${key.text}\n`);
    const sshConfig = join(dir, "ssh_config");
    writeFileSync(
      sshConfig,
      [
        "Host fake",
        "HostName 127.0.0.1",
        `Port ${server.port}`,
        "User anna",
        "IdentityFile none",
        "IdentityAgent none",
        `UserKnownHostsFile ${knownHosts}`,
        "GlobalKnownHostsFile /dev/null",
        // what a person has there for sessions of their own
        "ControlMaster auto",
        `ControlPath ${join(dir, "users-own")}`,
        "RemoteCommand tmux",
        "RequestTTY force",
        "StrictHostKeyChecking no",
      ].join("\n"),
    );
    profile = { name: "della", slurm: { host: "fake", sshConfig } } as Profile;
    hosts = open();
  });
  afterEach(async () => {
    await hosts.retain([]);
    await hosts[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
    rmSync(dir, { recursive: true });
  });

  function open(): RemoteHosts & AsyncDisposable {
    return createHosts({
      controlDir: join(dir, "ssh"),
      userHome: dir,
      env: process.env,
      clock: systemClock,
      nodePath: process.execPath,
      changed: () => undefined,
    });
  }

  /** Answers in turn, and keeps what was asked. */
  function answers(...texts: readonly string[]): { readonly asked: unknown[]; readonly answer: Answerer } {
    const asked: unknown[] = [];
    const left = [...texts];
    return {
      asked,
      answer: async (question) => {
        asked.push(question);
        const text = left.shift();
        if (text === undefined) throw new Error("no more answers");
        return text;
      },
    };
  }

  const sayHello = () => hosts.hostOf(profile).run({ script: "echo hello" }, never);

  test("before a login it is required, and asking for it knocks at no door", async () => {
    await expect(sayHello()).rejects.toMatchObject({ code: "login_required" });
    await expect(sayHello()).rejects.toMatchObject({ code: "login_required" });
    expect(hosts.connectionOf(profile)).toMatchObject({
      state: "login_required",
      reason: expect.stringContaining("Permission denied (keyboard-interactive)"),
    });
    expect(server.attempts).toEqual([]);
  });

  test("the prompts reach a person, the connection serves without any, and another server finds it", async () => {
    await expect(sayHello()).rejects.toMatchObject({ code: "login_required" });
    const { asked, answer } = answers(password, "1");
    await hosts.login(profile, answer, never);
    expect(asked).toEqual([
      { kind: "secret", text: expect.stringMatching(/Password: $/) },
      { kind: "text", text: expect.stringContaining(duoPrompt) },
    ]);
    expect(await sayHello()).toMatchObject({ stdout: "hello\n" });
    expect(hosts.connectionOf(profile)).toMatchObject({ state: "connected", reason: null });
    await hosts.login(profile, nobody, never);

    await hosts[Symbol.asyncDispose]();
    hosts = open();
    expect(await sayHello()).toMatchObject({ stdout: "hello\n" });
    expect(server.attempts).toEqual(["password right", "duo 1"]);
    // the user's own master was never there
    expect(readdirSync(dir)).not.toContain("users-own");
  });

  test("answers lie in no file", async () => {
    await hosts.login(profile, answers(password, "1").answer, never);
    const controlDir = join(dir, "ssh");
    expect(statSync(controlDir).mode & 0o777).toBe(0o700);
    const files = readdirSync(controlDir, { recursive: true, withFileTypes: true }).filter((file) =>
      file.isFile(),
    );
    for (const file of files)
      expect(readFileSync(join(file.parentPath, file.name), "utf8")).not.toContain(password);
  });

  test("a wrong password is asked again, three times, and refused in ssh's words", async () => {
    const { asked, answer } = answers("one", "two", "three");
    await expect(hosts.login(profile, answer, never)).rejects.toMatchObject({
      code: "login_required",
      message: expect.stringContaining("Permission denied"),
    });
    expect(asked).toHaveLength(3);
    expect(server.attempts).toEqual(["password wrong", "password wrong", "password wrong"]);
    // who has the password tries again at once
    await hosts.login(profile, answers(password, "1").answer, never);
    expect(await sayHello()).toMatchObject({ stdout: "hello\n" });
  });

  test("a login that expires is a state; after the next one all goes on", async () => {
    await hosts.login(profile, answers(password, "1").answer, never);
    expect(await sayHello()).toMatchObject({ stdout: "hello\n" });
    server.expire();
    await until("the login to be required", () =>
      hosts.connectionOf(profile)?.state === "login_required" ? true : undefined,
    );
    await expect(sayHello()).rejects.toMatchObject({ code: "login_required" });
    expect(server.attempts).toHaveLength(2);
    await hosts.login(profile, answers(password, "1").answer, never);
    expect(await sayHello()).toMatchObject({ stdout: "hello\n" });
  });

  test("whoever gives up leaves no ssh behind, and may begin again", async () => {
    const giveUp = new AbortController();
    const login = hosts.login(
      profile,
      async (_, gone) => {
        giveUp.abort(new Error("given up"));
        return new Promise((_resolve, reject) => gone.addEventListener("abort", () => reject(gone.reason)));
      },
      giveUp.signal,
    );
    await expect(login).rejects.toThrow("given up");
    await until("ssh to be gone", () => (server.connections() === 0 ? true : undefined));
    await hosts.login(profile, answers(password, "1").answer, never);
    expect(await sayHello()).toMatchObject({ stdout: "hello\n" });
  });

  test("an unknown host key is never skipped: its fingerprint is shown and asked", async () => {
    writeFileSync(knownHosts, "");
    await expect(sayHello()).rejects.toMatchObject({ code: "host_key_refused" });
    expect(hosts.connectionOf(profile)).toMatchObject({
      state: "host_key_unknown",
      reason: expect.stringContaining("host key is known for"),
    });
    const refusing = answers("no");
    await expect(hosts.login(profile, refusing.answer, never)).rejects.toMatchObject({
      code: "host_key_refused",
    });
    expect(refusing.asked).toEqual([{ kind: "host-key", text: expect.stringContaining(key.fingerprint) }]);
    expect(readFileSync(knownHosts, "utf8")).toBe("");

    const agreeing = answers("yes", password, "1");
    await hosts.login(profile, agreeing.answer, never);
    expect(await sayHello()).toMatchObject({ stdout: "hello\n" });
    expect(readFileSync(knownHosts, "utf8")).toContain(key.text);
  });

  test("a changed host key is refused, whoever is there", async () => {
    const other = makeHostKey(join(dir, "other-key"));
    writeFileSync(knownHosts, `[127.0.0.1]:${server.port} ${other.text}\n`);
    for (const attempt of [sayHello(), hosts.login(profile, nobody, never)]) {
      await expect(attempt).rejects.toMatchObject({
        code: "host_key_refused",
        message: expect.stringContaining("REMOTE HOST IDENTIFICATION HAS CHANGED"),
      });
    }
    expect(hosts.connectionOf(profile)?.state).toBe("host_key_changed");
    expect(server.attempts).toEqual([]);
  });

  test("a jump host that asks is asked about too, and without a person nobody knocks there with empty words", async () => {
    await using behind = await startFakeLogin({ password: "another one", hostKey: key.path });
    appendFileSync(knownHosts, `[127.0.0.1]:${behind.port} ${key.text}\n`);
    appendFileSync(
      join(dir, "ssh_config"),
      [
        "",
        "Host far",
        "HostName 127.0.0.1",
        `Port ${behind.port}`,
        "ProxyJump fake",
        "Host far fake",
        "User anna",
        "IdentityFile none",
        "IdentityAgent none",
        `UserKnownHostsFile ${knownHosts}`,
        "",
      ].join("\n"),
    );
    // what sessions of a person's ask for would hold for the jump as well
    const config = join(dir, "ssh_config");
    writeFileSync(
      config,
      readFileSync(config, "utf8").replaceAll(/^(?:Control|RemoteCommand|RequestTTY).*$/gm, ""),
    );
    profile = { ...profile, slurm: { ...profile.slurm, host: "far" } } as Profile;
    await expect(sayHello()).rejects.toMatchObject({
      code: "login_required",
      message: expect.stringContaining("Permission denied (keyboard-interactive)"),
    });
    expect([server.attempts, behind.attempts]).toEqual([[], []]);

    await hosts.login(profile, answers(password, "1", "another one", "1").answer, never);
    expect(await sayHello()).toMatchObject({ stdout: "hello\n" });
  });

  test("a profile that names another host, or is removed, gets another connection; the old one ends", async () => {
    await hosts.login(profile, answers(password, "1").answer, never);
    const before = hosts.hostOf(profile);
    expect(hosts.hostOf({ ...profile, name: "same facts" })).toBe(before);
    appendFileSync(join(dir, "ssh_config"), "\n");
    const changed = { ...profile, slurm: { ...profile.slurm, user: "berta" } } as Profile;
    expect(hosts.hostOf(changed)).not.toBe(before);
    await hosts.retain([changed]);
    await expect(before.run({ script: "true" }, never)).rejects.toThrow("no longer used");
    expect(hosts.connectionOf(profile)).toMatchObject({ state: "idle" });
  });
});
