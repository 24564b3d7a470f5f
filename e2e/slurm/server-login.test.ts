import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Login, Profile } from "@berth/api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Berth, startBerth } from "../berth-process.ts";
import { enter, expectAccessible, hasChromium, openBrowser } from "../console/browser.ts";
import { until } from "../until.ts";
import { type FakeLogin, makeHostKey, startFakeLogin } from "./fake-login/fake-login.ts";

const password = "correct horse battery staple";

describe("logging in through the server", () => {
  let dir: string;
  let node: FakeLogin;
  let berth: Berth;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), "berth-server-login-"));
    const key = makeHostKey(join(dir, "host-key"));
    node = await startFakeLogin({ password, hostKey: key.path });
    const knownHosts = join(dir, "known_hosts");
    writeFileSync(knownHosts, `[127.0.0.1]:${node.port} ${key.text}\n`);
    const sshConfig = join(dir, "ssh_config");
    writeFileSync(
      sshConfig,
      [
        "Host della",
        "HostName 127.0.0.1",
        `Port ${node.port}`,
        "User anna",
        "IdentityAgent none",
        "IdentityFile none",
        `UserKnownHostsFile ${knownHosts}`,
        "GlobalKnownHostsFile /dev/null",
      ].join("\n"),
    );
    const profile = ["[della]", "schema = slurm", "host = della", `ssh_config = ${sshConfig}`];
    const here = ["[here]", "schema = local", `home = ${dir}/here`, `cache = ${dir}`, "default = true"];
    writeFileSync(
      join(dir, "profiles.cfg"),
      [...profile, `home = ${dir}/there`, `cache = ${dir}`, ...here, ""].join("\n"),
    );
    berth = await startBerth({ home: dir, demo: false });
  });
  afterAll(async () => {
    await berth.fetch("/api/v1/profiles/della", { method: "DELETE" });
    await berth.kill("SIGTERM");
    await node[Symbol.asyncDispose]();
    rmSync(dir, { recursive: true });
  });

  const path = "/api/v1/profiles/della/login";
  const get = async (after: number) => (await (await berth.fetch(`${path}?after=${after}`)).json()) as Login;
  const post = async (to: string, body?: unknown) => {
    const init = body === undefined ? {} : { body: JSON.stringify(body) };
    return (await (await berth.fetch(to, { method: "POST", ...init })).json()) as Login;
  };
  const asked = async (login: Login): Promise<Login> =>
    until("a question", async () => {
      if (login.prompt === null && login.status === "connecting") login = await get(login.version);
      return login.status === "connecting" ? undefined : login;
    });
  const profile = async () => (await (await berth.fetch("/api/v1/profiles/della")).json()) as Profile;

  test("prompts go to the caller, answers to the host, and into no log and no later answer", async () => {
    expect((await berth.fetch(path)).status).toBe(404);
    let login = await asked(await post(path));
    expect(login).toMatchObject({ status: "prompting", prompt: { kind: "secret", secret: true } });
    expect(await post(path)).toEqual(login);
    const first = login.prompt?.id;
    login = await asked(await post(`${path}/answers`, { promptId: first, answer: password }));
    expect(login).toMatchObject({ status: "prompting", prompt: { kind: "text", secret: false } });
    const late = await berth.fetch(`${path}/answers`, {
      method: "POST",
      body: JSON.stringify({ promptId: first, answer: password }),
    });
    expect(late.status).toBe(409);
    login = await asked(await post(`${path}/answers`, { promptId: login.prompt?.id, answer: "1" }));
    expect(login).toMatchObject({ status: "connected", prompt: null, reason: null });
    expect((await profile()).connection).toMatchObject({ state: "connected" });
    expect(JSON.stringify(login) + berth.output()).not.toContain(password);
    expect(node.attempts).toEqual(["password right", "duo 1"]);
  });

  test("a login that has expired is a state of the profile, and the server goes on", async () => {
    node.expire();
    await until("the login to be required", async () =>
      (await profile()).connection?.state === "login_required" ? true : undefined,
    );
    expect((await profile()).connection?.reason).toContain("Permission denied");
    expect((await berth.fetch("/api/v1/profiles/here")).status).toBe(200);
  });

  test.skipIf(!hasChromium)(
    "the browser is asked what ssh asks, and the profile is connected again",
    async () => {
      await using browser = await openBrowser();
      const { page, complaints } = await enter(browser, berth, "/profiles");
      await page.getByText("Log in again").first().waitFor();
      await page.getByRole("button", { name: "Log in", exact: true }).click();
      await page.getByLabel("Your answer, hidden").fill("wrong");
      await page.getByRole("button", { name: "Send it" }).click();
      await page.getByLabel("Your answer, hidden").waitFor();
      await page.getByLabel("Your answer, hidden").fill(password);
      await page.getByRole("button", { name: "Send it" }).click();
      await page.getByRole("button", { name: /Duo Push/ }).waitFor();
      await expectAccessible(page);
      await page.getByRole("button", { name: /Duo Push/ }).click();
      await page.getByText("della is connected.", { exact: true }).waitFor();
      expect((await profile()).connection).toMatchObject({ state: "connected" });
      expect(await page.content()).not.toContain(password);
      expect(complaints).toEqual([]);
      node.expire();
      await until("the login to be required", async () =>
        (await profile()).connection?.state === "login_required" ? true : undefined,
      );
    },
  );

  test("an attempt can be cancelled, and who answers wrongly is told in ssh's words", async () => {
    await asked(await post(path));
    const cancelled = await berth.fetch(path, { method: "DELETE" });
    expect(await cancelled.json()).toMatchObject({ status: "cancelled", prompt: null });
    let login = await post(path);
    // ssh gives up after the third, or the host does before
    for (login = await asked(login); login.prompt !== null; login = await asked(login))
      login = await post(`${path}/answers`, { promptId: login.prompt.id, answer: "wrong" });
    expect(login).toMatchObject({
      status: "failed",
      reason: expect.stringContaining("Permission denied"),
    });
    expect((await berth.fetch("/api/v1/profiles/here/login", { method: "POST" })).status).toBe(400);
  });
});
