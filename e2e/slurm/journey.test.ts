import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { waitForService } from "../berth-process.ts";
import { profileName, startCluster, type Cluster } from "./cluster.ts";
import { labObstacle } from "./lab.ts";

const question = { role: "user", content: "What is the capital of France?" };
const answer = "The capital of France is Paris.";

describe.skipIf(labObstacle() !== undefined)("a researcher with a laptop and an account on a cluster", () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster({ demo: true });
  });
  afterAll(() => cluster.dispose());

  test("brings the demo model there, and sees where it lies", async () => {
    await cluster.ok("model", "add", "berth/pilot", "--profile", profileName);
    const listed = await cluster.ok("model", "ls", "--profile", profileName, "--json");
    const { data } = JSON.parse(listed) as { data: { repo: string; profile: string; path: string }[] };
    expect(data).toContainEqual(expect.objectContaining({ repo: "berth/pilot", profile: profileName }));
    expect(data[0]?.path).toContain(cluster.home);
  });

  test("sees what would run, to the last file, before it does", async () => {
    const shown = await cluster.ok(
      "run",
      "--profile",
      profileName,
      "--partition",
      "gpu",
      "--gres",
      "1",
      "--time",
      "00:30:00",
      "text-generation",
      "berth/pilot",
      "--dry-run",
    );
    expect(shown).toMatch(/^ *#SBATCH --gres=gpu:1$/m);
    expect(shown).toMatch(/^ *#SBATCH --time=00:30:00$/m);
    expect(shown).toContain("spec.json");
    expect(cluster.lab.exec("login", ["squeue", "-h", "-u", cluster.lab.user])).toBe("");
  });

  test("runs it, and calls it at its own port and through the one address", async () => {
    await cluster.ok(
      "run",
      "--profile",
      profileName,
      "--partition",
      "gpu",
      "--gres",
      "1",
      "--time",
      "00:30:00",
      "--name",
      "far",
      "text-generation",
      "berth/pilot",
      "--wait",
    );
    const { berth } = cluster;
    const { port } = await waitForService(berth, "far");
    for (const url of [`http://127.0.0.1:${port}`, berth.url]) {
      const reply = await fetch(`${url}/v1/chat/completions`, {
        method: "POST",
        headers: { authorization: `Bearer ${berth.adminKey}`, "content-type": "application/json" },
        body: JSON.stringify({ model: "far", temperature: 0, messages: [question] }),
      });
      expect(reply.status).toBe(200);
      expect(await reply.json()).toMatchObject({ choices: [{ message: { content: answer } }] });
    }
    const listed = await cluster.ok("ls", "--json");
    const { data } = JSON.parse(listed) as { data: object[] };
    expect(data).toContainEqual(
      expect.objectContaining({
        name: "far",
        status: "HEALTHY",
        transport: "forward",
        job: expect.objectContaining({ state: "RUNNING", node: expect.stringMatching(/^g[12]$/) }),
      }),
    );
  });

  test("streams, and reads the log", async () => {
    const { berth } = cluster;
    const reply = await berth.fetch("/v1/chat/completions", {
      method: "POST",
      body: JSON.stringify({ model: "far", temperature: 0, stream: true, messages: [question] }),
    });
    expect(await reply.text()).toMatch(/data: \[DONE\]\n\n$/);
    expect(await cluster.ok("logs", "far")).not.toBe("");
  });

  test("no other user of the cluster gets an answer without the service's secret", async () => {
    const { lab } = cluster;
    const { stdout } = await cluster.cli("details", "far", "--json");
    const { job } = JSON.parse(stdout) as { job: { node: string } };
    const state = lab.exec("login", ["sh", "-c", `cat ${cluster.home}/launches/*/r*/*/state.json`]);
    const { port } = JSON.parse(state) as { port: number };
    const call = [
      "curl",
      "-sk",
      "-o",
      "/dev/null",
      "-w",
      "%{http_code}",
      `https://${job.node}:${port}/v1/models`,
    ];
    expect(lab.exec("login", call, { user: "hpcuser2" })).toBe("401");
    // and the engine itself is nowhere to be reached
    const ports = lab.exec(job.node, ["sh", "-c", "ss -Hltn | awk '{print $4}'"]).trim().split("\n");
    expect(ports.filter((where) => !/:(22|6818|111)$/.test(where))).toEqual([
      expect.stringMatching(new RegExp(`:${port}$`)),
    ]);
    expect(() => lab.exec("login", ["ls", `${cluster.home}/launches`], { user: "hpcuser2" })).toThrow(
      /Permission denied/,
    );
  });

  test("stops it, and nothing is left running", async () => {
    await cluster.ok("stop", "far");
    await waitForService(cluster.berth, "far", "STOPPED");
    const { lab } = cluster;
    expect(lab.exec("login", ["squeue", "-h", "-t", "R,PD,CG", "-u", lab.user])).toBe("");
    const left = lab.exec("login", ["sh", "-c", "ps -u hpcuser -o args= | grep -v '^sshd' || true"]);
    expect(left).toBe("");
    await cluster.ok("rm", "far", "--yes");
    const launches = lab.exec("login", ["sh", "-c", `ls ${cluster.home}/launches`]);
    expect(launches).toBe("");
  });
});
