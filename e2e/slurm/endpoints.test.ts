import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EndpointRig } from "../endpoints/endpoint-rig.ts";
import { JobRig } from "../jobs/job-rig.ts";
import { until } from "../until.ts";
import { profileName, startCluster, type Cluster } from "./cluster.ts";
import { labObstacle } from "./lab.ts";

/** Slurm jobs wait for the scheduler, on machines that may be busy. */
const patientMs = 150_000;

const where = `import { hostname } from "node:os";
export async function* handler({ input }, { progress }) {
  for (let step = 1; step <= input.steps; step += 1) {
    progress(step, input.steps);
    yield { step, host: hostname() };
  }
}`;

describe.skipIf(labObstacle() !== undefined)("an endpoint on a cluster", () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster({ demo: false });
  });
  afterAll(() => cluster.dispose());

  test("has no Slurm job, then three, then none, and no call fails meanwhile", async () => {
    const rig = new EndpointRig(cluster.berth);
    const size = { cpus: 1, memoryMiB: 400, gpus: 0, gpuType: null };
    await rig.call("PUT", `/api/v1/hardware-presets/tiny?profile=${profileName}`, size);
    await rig.deployed(
      "far",
      {
        template: { model: "berth/pilot", resources: { time: "00:30:00" } },
        profiles: [profileName],
        hardware: "tiny",
        scaling: { max: 3, targetPendingRequests: 2, scaledownPeriodSeconds: 5 },
      },
      false,
    );
    const jobs = (): string => cluster.lab.exec("login", ["squeue", "-h", "-u", cluster.lab.user]);
    expect(jobs()).toBe("");

    const ask = async (): Promise<void> => {
      const answer = await cluster.berth.fetch("/e/berth/far/v1/chat/completions", {
        method: "POST",
        body: JSON.stringify({ max_tokens: 4, messages: [{ role: "user", content: "Hello" }] }),
      });
      if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
      await answer.text();
    };
    let isOver = false;
    let answered = 0;
    const callers = Array.from({ length: 8 }, async () => {
      while (!isOver) {
        await ask();
        answered += 1;
      }
    });
    // whoever fails ends the wait
    const failed = Promise.all(callers);
    await Promise.race([
      failed,
      rig.when("far", "of three replicas", ({ replicas }) => replicas.ready === 3, patientMs),
    ]);
    const before = answered;
    await Promise.race([
      failed,
      until("more answers", () => (answered > before + 50 ? true : undefined), patientMs),
    ]);
    isOver = true;
    await failed;

    // somebody goes on asking while they become fewer
    await until(
      "one replica to be enough",
      async () => {
        await ask();
        return (await rig.get("far")).replicas.ready === 1 ? true : undefined;
      },
      patientMs,
    );
    await rig.when("far", "scaled down", ({ status }) => status === "SCALED_DOWN", patientMs);
    await until("the Slurm jobs to be over", () => (jobs() === "" ? true : undefined), patientMs);
    expect((await rig.events("far")).filter(({ kind }) => kind === "scaling").at(-1)?.message).toBe(
      "0 replicas: no request for 5 seconds",
    );
  });

  test("of a handler is pushed its jobs through the tunnel, and tells how far it is", async () => {
    const rig = new EndpointRig(cluster.berth);
    const jobs = new JobRig(cluster.berth);
    const source = { kind: "text", name: "where.ts", text: where };
    const resources = { time: "00:10:00", ntasksPerNode: 1, memoryMiB: 400 };
    await rig.deployed("where", {
      template: { handler: { language: "typescript", source }, resources },
      profiles: [profileName],
    });
    const { id, status, progress } = await jobs.ended("where", { input: { steps: 3 } });
    expect([status, progress]).toEqual(["COMPLETED", { done: 3, total: 3, message: null }]);
    const values = await jobs.result<{ step: number; host: string }[]>(id);
    expect(values.map(({ step }) => step)).toEqual([1, 2, 3]);
    const nodes = cluster.lab.exec("login", ["sinfo", "-h", "-N", "-o", "%N"]).split("\n");
    expect(nodes).toContain(values[0]?.host);
    await rig.call("DELETE", "/api/v1/endpoints/where");
  });
});
