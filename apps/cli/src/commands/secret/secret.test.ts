import { expect, test } from "vitest";
import { sampleSecret } from "../../test/samples.ts";
import { startRig } from "../../test/rig.ts";
import { hasTerminal } from "../../test/run-berth.ts";
import type { StubHandlers } from "../../test/stub-server.ts";

const handlers: StubHandlers = {
  listSecrets: () => ({
    data: [sampleSecret(), sampleSecret({ name: "account", usedBy: [], provider: null })],
  }),
  putSecret: ({ params }) => sampleSecret({ name: params.name }),
  deleteSecret: () => undefined,
};

test("a value comes from standard input, without the shell's line end, and is never shown", async () => {
  await using rig = await startRig(handlers);
  const words = ["secret", "set", "hf-token", "--provider", "huggingface", "--owner", "ada"];
  expect(await rig.run(words, { stdin: "hf_secret \n" })).toEqual({
    code: 0,
    signal: null,
    stdout: "✔ Kept hf-token; nobody is shown it again\n",
    stderr: "me/chat: replicas that start from now on get the new value.\n",
  });
  expect(rig.stub.asked[0]).toMatchObject({
    params: { name: "hf-token" },
    query: { owner: "ada" },
    body: { value: "hf_secret ", provider: "huggingface" },
  });
});

test.skipIf(!hasTerminal)("at a terminal it is asked for, and not shown", async () => {
  await using rig = await startRig(handlers);
  const { code, stdout } = await rig.runAtTerminal(["secret", "set", "hf-token"], 80, {
    types: [["The value of hf-token", "hf_typed\r"]],
  });
  expect(code).toBe(0);
  expect(stdout).not.toContain("hf_typed");
  expect(rig.stub.asked[0]?.body).toEqual({ value: "hf_typed" });
});

test.for([
  [["set", "x"], 2, "nothing came from standard input: give the value there"],
  [["rm", "hf-tokn"], 5, 'no secret "hf-tokn" (did you mean hf-token?)'],
  [["rm", "hf-token"], 2, "Forget hf-token? Endpoints use them: me/chat."],
] as const)("secret %j is refused", async ([words, code, said]) => {
  await using rig = await startRig(handlers);
  const run = await rig.run(["secret", ...words]);
  expect([run.code, run.stderr]).toEqual([code, expect.stringContaining(said)]);
});

test("ls shows who uses them", async () => {
  await using rig = await startRig(handlers);
  const { stdout } = await rig.run(["secret", "ls", "--owner", "me"]);
  expect(stdout).toMatch(/^hf-token +me +huggingface +.+ me\/chat$/m);
  expect(rig.stub.asked[0]?.query).toEqual({ owner: "me" });
  expect(JSON.parse((await rig.run(["secret", "ls", "--json"])).stdout)).toHaveProperty(
    "data.1.name",
    "account",
  );
});

test("rm --yes forgets them, and their names are completed", async () => {
  await using rig = await startRig(handlers);
  expect(await rig.run(["secret", "rm", "account", "--yes"])).toMatchObject({
    code: 0,
    stdout: "✔ Forgot account\n",
  });
  expect(rig.stub.asked.at(-1)).toMatchObject({ route: "deleteSecret", params: { name: "account" } });
  expect((await rig.run(["__complete", "--", "secret", "rm", "h"])).stdout).toBe("hf-token\thuggingface\n");
});
