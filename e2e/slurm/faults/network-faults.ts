import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { callEngine, jobsOf, order, put, see, seeStatus, seeUntil, serve, type Fault } from "./fault.ts";

/** The cable between laptop and login node, and the sshd at its far end. */
export function networkFaults(cutMs: number): readonly Fault[] {
  const seconds = cutMs / 1000;
  const mend: Fault["mend"] = ({ lab }) => lab.fault("wan", "reset");
  return [
    {
      name: `the cable is cut for ${seconds} s while a service serves`,
      mend,
      run: async (cluster) => {
        const before = await serve(cluster, { name: "cut-serving" });
        cluster.lab.fault("wan", "cut=1");
        const lost = await seeUntil(
          cluster,
          "cut-serving",
          "a note that it cannot be seen",
          ({ unreachableSince }) => unreachableSince !== null,
          120_000,
        );
        await sleep(cutMs);
        expect(["HEALTHY", "UNHEALTHY"]).toContain((await see(cluster, "cut-serving")).status);
        cluster.lab.fault("wan", "cut=0");
        const after = await seeUntil(
          cluster,
          "cut-serving",
          "to be healthy and seen",
          ({ status, unreachableSince }) => status === "HEALTHY" && unreachableSince === null,
          120_000,
        );
        expect((await callEngine(cluster, after, "/where")).status).toBe(200);
        expect({ port: after.port, jobs: jobsOf(cluster, after) }).toEqual({
          port: before.port,
          jobs: [before.job?.id],
        });
        await put(cluster, "cut-serving");
        return `${lost.status}, "unreachable since", then HEALTHY at the same port in the same Slurm job`;
      },
    },
    {
      name: `the cable is cut for ${seconds} s during the submission`,
      mend,
      run: async (cluster) => {
        cluster.lab.fault("wan", "cut=1");
        await order(cluster, { name: "cut-submit" });
        await sleep(cutMs);
        const waiting = await see(cluster, "cut-submit");
        expect(["SUBMITTED", "PENDING"]).toContain(waiting.status);
        cluster.lab.fault("wan", "cut=0");
        const after = await seeStatus(cluster, "cut-submit", "HEALTHY", 150_000);
        expect(jobsOf(cluster, after)).toHaveLength(1);
        await put(cluster, "cut-submit");
        return `${waiting.status} ("${waiting.statusReason}"), then HEALTHY; one Slurm job`;
      },
    },
    {
      name: `the cable is cut for ${seconds} s while a service waits in the queue`,
      mend,
      run: async (cluster) => {
        await order(cluster, { name: "cut-pending", resources: { sbatch: ["--begin=now+25"] } });
        const queued = await seeUntil(cluster, "cut-pending", "its Slurm job", ({ job }) => job !== null);
        cluster.lab.fault("wan", "cut=1");
        await sleep(cutMs);
        const during = await see(cluster, "cut-pending");
        expect(during.status).toBe("PENDING");
        cluster.lab.fault("wan", "cut=0");
        const after = await seeStatus(cluster, "cut-pending", "HEALTHY", 150_000);
        expect(jobsOf(cluster, after)).toEqual([queued.job?.id]);
        await put(cluster, "cut-pending");
        return `PENDING ("${during.statusReason}"), then HEALTHY; one Slurm job`;
      },
    },
    {
      name: "every ssh session is dropped while a service serves",
      run: async (cluster) => {
        const before = await serve(cluster, { name: "dropped" });
        cluster.lab.fault("drop-ssh");
        const reply = await answerAgain(cluster, before);
        const after = await seeStatus(cluster, "dropped", "HEALTHY");
        expect(jobsOf(cluster, after)).toEqual([before.job?.id]);
        await put(cluster, "dropped");
        return `an answer again after ${(reply / 1000).toFixed(1)} s, at the same port`;
      },
    },
    {
      name: "sshd is killed, and started after 5 s",
      mend: ({ lab }) => {
        try {
          lab.fault("start", "sshd", "login");
        } catch {
          // it runs
        }
      },
      run: async (cluster) => {
        const before = await serve(cluster, { name: "no-sshd" });
        cluster.lab.fault("kill", "sshd", "login");
        cluster.lab.fault("drop-ssh");
        await sleep(5_000);
        expect(["HEALTHY", "UNHEALTHY"]).toContain((await see(cluster, "no-sshd")).status);
        cluster.lab.fault("start", "sshd", "login");
        await answerAgain(cluster, before);
        const after = await seeStatus(cluster, "no-sshd", "HEALTHY");
        expect(jobsOf(cluster, after)).toEqual([before.job?.id]);
        await put(cluster, "no-sshd");
        return "never failed; HEALTHY in the same Slurm job";
      },
    },
    {
      name: "100 ms each way and 5 % loss",
      mend,
      run: async (cluster) => {
        cluster.lab.fault("wan", "delay=100", "loss=5");
        const service = await serve(cluster, { name: "lossy" });
        for (let calls = 0; calls < 10; calls += 1)
          expect((await callEngine(cluster, service, "/where")).status).toBe(200);
        await put(cluster, "lossy");
        return "launched, called ten times and stopped";
      },
    },
    {
      name: "a delay of 1 s each way",
      mend,
      run: async (cluster) => {
        cluster.lab.fault("wan", "delay=1000");
        await order(cluster, { name: "far-away" });
        const service = await seeStatus(cluster, "far-away", "HEALTHY", 240_000);
        expect((await callEngine(cluster, service, "/where")).status).toBe(200);
        cluster.lab.fault("wan", "reset");
        await put(cluster, "far-away");
        return "launched and called";
      },
    },
  ];
}

/** Calls until there is an answer; resolves to how long that took. */
async function answerAgain(
  cluster: Parameters<typeof callEngine>[0],
  service: Parameters<typeof callEngine>[1],
): Promise<number> {
  const begunAt = performance.now();
  await seeUntil(cluster, service.name, "to be seen", () => true);
  for (;;) {
    const status = await callEngine(cluster, service, "/where").then(
      (reply) => reply.status,
      () => 0,
    );
    if (status === 200) return performance.now() - begunAt;
    if (performance.now() - begunAt > 90_000) throw new Error(`no answer within 90 s, but ${status}`);
    await sleep(100);
  }
}
