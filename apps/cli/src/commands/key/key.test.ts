import { expect, test } from "vitest";
import { sampleKey } from "../../test/samples.ts";
import { startRig } from "../../test/rig.ts";
import type { StubHandlers } from "../../test/stub-server.ts";

const keys: StubHandlers = {
  listKeys: () => ({
    data: [sampleKey(), sampleKey({ id: "11119999-1", name: "app", models: ["berth/pilot"] })],
  }),
  createKey: ({ body }) => ({
    ...sampleKey({ name: body.name, scopes: body.scopes }),
    key: "sk-berth-shown-once",
  }),
  deleteKey: () => undefined,
};

test("create prints the key alone, so that a shell can take it", async () => {
  await using rig = await startRig(keys);
  const words = [
    "key",
    "create",
    "app",
    "--scope",
    "admin",
    "--scope",
    "inference",
    "--model",
    "a/b",
    "--model",
    "c",
    "--expires",
    "30d",
  ];
  expect(await rig.run(words)).toEqual({
    code: 0,
    signal: null,
    stdout: "sk-berth-shown-once\n",
    stderr: "Key app (admin, inference). This is the only time it is shown.\n",
  });
  expect(rig.stub.asked[0]?.body).toEqual({
    name: "app",
    scopes: ["admin", "inference"],
    models: ["a/b", "c"],
    expiresInSeconds: 2_592_000,
  });
});

test.for([
  [["create", "x", "--scope", "root"], "Allowed choices are inference, admin."],
  [["create", "x", "--expires", "never"], '--expires: "never" is no duration'],
  [["rm", "1111", "--yes"], 'berth: "1111" means several keys: ci (11112222-3333), app (11119999-1)'],
  [["rm", "ci"], "berth: pass --yes to go ahead; nobody can be asked here: Revoke ci?"],
] as const)("key %j is refused", async ([words, said]) => {
  await using rig = await startRig(keys);
  const { code, stderr } = await rig.run(["key", ...words]);
  expect(code).toBe(2);
  expect(stderr).toContain(said);
});

test("an unknown key is not found, with its near match", async () => {
  await using rig = await startRig(keys);
  expect(await rig.run(["key", "rm", "apq", "--yes"])).toMatchObject({
    code: 5,
    stderr: 'berth: no key "apq" (did you mean app?); `berth key ls` lists them\n',
  });
});

test.for([["app"], ["11119"]] as const)("rm %s --yes revokes it", async ([reference]) => {
  await using rig = await startRig(keys);
  expect(await rig.run(["key", "rm", reference, "--yes"])).toMatchObject({
    code: 0,
    stdout: "✔ Revoked app\n",
  });
  expect(rig.stub.asked.at(-1)).toMatchObject({ route: "deleteKey", params: { id: "11119999-1" } });
});

test("ls never shows a key", async () => {
  await using rig = await startRig(keys);
  expect((await rig.run(["key", "ls"])).stdout).toMatch(
    /^11119999 {3}app {4}sk-berth-abcd… {3}inference {3}berth\/pilot {3}active/m,
  );
});

test("open --print gives an address to open elsewhere", async () => {
  await using rig = await startRig({
    createSessionCode: () => ({
      code: "ABCD",
      url: "http://localhost:8000/login#ABCD",
      expiresAt: Date.now() + 600_000,
    }),
  });
  expect(await rig.run(["open", "--print"])).toEqual({
    code: 0,
    signal: null,
    stdout: "http://localhost:8000/login#ABCD\n",
    stderr: "",
  });
});
