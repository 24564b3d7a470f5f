import type { Login, LoginPrompt } from "@berth/api";
import { expect, test } from "vitest";
import { startRig } from "../../test/rig.ts";
import { hasTerminal } from "../../test/run-berth.ts";
import { sampleProfile } from "../../test/samples.ts";
import type { StubHandlers } from "../../test/stub-server.ts";

const password: LoginPrompt = { id: "q1", kind: "secret", text: "(anna@della) Password: ", secret: true };
const duo: LoginPrompt = {
  id: "q2",
  kind: "text",
  text: "Duo two-factor login\u001b[31m\n\n 1. Push\n\nPasscode or option (1-1): ",
  secret: false,
};

/** A cluster that asks these questions, and lets in whoever answers with these words. */
function cluster(questions: readonly LoginPrompt[], right: readonly string[], isConnected = false) {
  const given: string[] = [];
  let version = 0;
  let cancelled = false;
  const login = (): Login => {
    const prompt = questions[given.length] ?? null;
    const isOver = prompt === null;
    const ok = given.every((answer, n) => answer === right[n]);
    const status = cancelled
      ? "cancelled"
      : isOver
        ? ok
          ? "connected"
          : "failed"
        : version === 1
          ? "connecting"
          : "prompting";
    return {
      profile: "della",
      status,
      prompt: status === "prompting" ? prompt : null,
      reason: status === "failed" ? "anna@della: Permission denied (keyboard-interactive)." : null,
      version: ++version,
    };
  };
  const handlers: StubHandlers = {
    getProfile: () =>
      sampleProfile({
        name: "della",
        schema: "slurm",
        slurm: { host: "della" },
        connection: {
          state: isConnected ? "connected" : "login_required",
          reason: null,
          since: null,
          transport: null,
        },
      }),
    startLogin: login,
    getLogin: login,
    answerLogin: ({ body }) => {
      expect(body.promptId).toBe(questions[given.length]?.id);
      given.push(body.answer);
      return login();
    },
    cancelLogin: () => {
      cancelled = true;
      return login();
    },
  };
  return { handlers, given };
}

test.runIf(hasTerminal)("questions are asked at the terminal, secrets are not shown", async () => {
  const { handlers, given } = cluster([password], ["open sesame "]);
  await using rig = await startRig(handlers);
  const { code, stdout } = await rig.runAtTerminal(["profile", "login", "della"], 100, {
    types: [["Password:", "open sesame \r"]],
  });
  expect([code, given]).toEqual([0, ["open sesame "]]);
  expect(stdout).toContain("(anna@della) Password:");
  expect(stdout).toContain("Connected to della");
  expect(stdout).not.toContain("sesame");
});

test.runIf(hasTerminal)(
  "a host's list of ways is printed above its question, and moves no cursor",
  async () => {
    const { handlers, given } = cluster([duo], ["1"]);
    await using rig = await startRig(handlers);
    const { code, stdout } = await rig.runAtTerminal(["profile", "login", "della"], 100, {
      types: [["Passcode or option", "1\r"]],
    });
    expect([code, given]).toEqual([0, ["1"]]);
    expect(stdout).toMatch(/Duo two-factor login\r?\n\r?\n 1\. Push\r?\n/);
  },
);

test.runIf(hasTerminal)("a refusal is told in ssh's words", async () => {
  await using rig = await startRig(cluster([password], ["right"]).handlers);
  const { code, stdout } = await rig.runAtTerminal(["profile", "login", "della"], 100, {
    types: [["Password:", "wrong\r"]],
  });
  expect(code).toBe(1);
  expect(stdout).toContain("Permission denied (keyboard-interactive).");
});

test("where nobody can be asked the question is told, and the attempt given up", async () => {
  const { handlers } = cluster([password], ["right"]);
  await using rig = await startRig(handlers);
  expect(await rig.run(["profile", "login", "della"])).toMatchObject({
    code: 1,
    stderr: "berth: a person must answer, and nobody can be asked here: (anna@della) Password:\n",
  });
  expect(rig.stub.asked.at(-1)).toMatchObject({ route: "cancelLogin", params: { name: "della" } });
});

test("who is connected already is told so; --json tells the end", async () => {
  await using rig = await startRig(cluster([], [], true).handlers);
  expect(await rig.run(["profile", "login", "della"])).toMatchObject({
    code: 0,
    stdout: "✔ Already connected to della\n",
    stderr: "",
  });
  const { stdout } = await rig.run(["profile", "login", "--name", "della", "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({ profile: "della", status: "connected", prompt: null });
});
