import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { callEngine, jobsOf, liveJobs, order, put, seeStatus, serve, type Fault } from "./fault.ts";

/** What happens to the laptop and its server. `kills` servers are killed, each a little later in a launch. */
export function serverFaults(kills: number): readonly Fault[] {
  return [
    {
      name: `the server is killed at ${kills} moments of a launch`,
      run: async (cluster) => {
        for (let round = 0; round < kills; round += 1) {
          const name = `killed-${round}`;
          await order(cluster, { name });
          // spread over the steps from the order to the first health
          await sleep((round * 3_000) / kills);
          await cluster.berth.kill("SIGKILL");
          await cluster.restart();
          const service = await seeStatus(cluster, name, "HEALTHY", 120_000);
          expect({ round, jobs: jobsOf(cluster, service).length, live: liveJobs(cluster).length }).toEqual({
            round,
            jobs: 1,
            live: 1,
          });
          await put(cluster, name);
          expect(liveJobs(cluster)).toEqual([]);
        }
        return "each time one Slurm job, HEALTHY, none left at the end";
      },
    },
    {
      name: "the server is killed while a service serves, and started again",
      run: async (cluster) => {
        const before = await serve(cluster, { name: "adopted" });
        await cluster.berth.kill("SIGKILL");
        await cluster.restart();
        const after = await seeStatus(cluster, "adopted", "HEALTHY");
        expect({ port: after.port, jobs: jobsOf(cluster, after) }).toEqual({
          port: before.port,
          jobs: [before.job?.id],
        });
        expect((await callEngine(cluster, after, "/where")).status).toBe(200);
        await put(cluster, "adopted");
        return "HEALTHY in the same Slurm job at the same port";
      },
    },
    {
      name: "the laptop sleeps for 25 s while a service serves",
      mend: ({ lab, berth }) => {
        lab.fault("wan", "reset");
        berth.process.kill("SIGCONT");
      },
      run: async (cluster) => {
        const before = await serve(cluster, { name: "slept" });
        cluster.berth.process.kill("SIGSTOP");
        cluster.lab.fault("wan", "cut=1");
        await sleep(25_000);
        cluster.lab.fault("wan", "cut=0");
        cluster.berth.process.kill("SIGCONT");
        const after = await seeStatus(cluster, "slept", "HEALTHY", 120_000);
        expect(jobsOf(cluster, after)).toEqual([before.job?.id]);
        await put(cluster, "slept");
        return "HEALTHY in the same Slurm job";
      },
    },
  ];
}
