import { expect, test } from "vitest";
import { checkNode } from "../local-checks.ts";
import { runBerth } from "../test/run-berth.ts";
import { startRig } from "../test/rig.ts";

test("a server that does not run is a warning, not a failure", async () => {
  const { code, stdout } = await runBerth(["doctor", "--url", "http://127.0.0.1:1"]);
  expect(code).toBe(0);
  expect(stdout).toContain("⚠ no server answers at http://127.0.0.1:1\n  → start it with `berth start`");
});

test("what the server finds is told with its fix; a failed check is exit code 1", async () => {
  await using rig = await startRig({
    listChecks: () => ({
      data: [{ id: "disk", status: "failed", message: "the disk is full", fix: "remove models" }],
    }),
    checkProfile: ({ params, body }) => ({
      data: [{ id: "slurm", status: "ok", message: `${params.name} ${String(body.deep)}`, fix: null }],
    }),
  });
  const { code, stdout, stderr } = await rig.run(["doctor", "-p", "default", "--deep"]);
  expect(code).toBe(1);
  expect(stdout).toContain("✔ default true\n");
  expect(stdout).toContain("✖ the disk is full\n  → remove models\n");
  expect(stderr).toMatch(/^berth: 1 of \d checks failed\n$/);
  expect(rig.stub.asked[0]?.query).toEqual({ profile: "default" });
});

test("a key the server refuses is a failed check", async () => {
  await using rig = await startRig({});
  const { code, stdout } = await rig.run(["doctor", "--json"], { env: { BERTH_AUTH_TOKEN: "sk-wrong" } });
  expect(code).toBe(1);
  const { data } = JSON.parse(stdout) as { data: { id: string; status: string }[] };
  expect(data.find(({ id }) => id === "server")?.status).toBe("failed");
});

test.for([
  ["24.0.0", "ok"],
  ["26.1.0", "ok"],
  ["22.18.0", "failed"],
] as const)("Node %s is %s", ([version, status]) => {
  expect(checkNode(version).status).toBe(status);
});
