import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import type { Cluster } from "../cluster.ts";
import { callEngine, jobsOf, put, seeStatus, serve, type Fault } from "./fault.ts";
import { laptopClock } from "./laptop-clock.ts";

const hourSeconds = 3_600;
const wallSeconds = 20 * 60;

/** Clocks that are wrong, and one that jumps. */
export const clockFaults: readonly Fault[] = [
  ...[["behind", hourSeconds] as const, ["ahead", -hourSeconds] as const].map(
    ([where, laptopAhead]): Fault => ({
      name: `the cluster's clock is an hour ${where}`,
      run: async (cluster) => {
        await restartWith(cluster, laptopClock(cluster.berth.home, laptopAhead).environment);
        const name = `hour-${where}`;
        const service = await serve(cluster, { name });
        expect((await callEngine(cluster, service, "/where")).status).toBe(200);
        const leftSeconds = ((service.job?.endsAt ?? 0) - (Date.now() + laptopAhead * 1000)) / 1000;
        expect(leftSeconds).toBeGreaterThan(wallSeconds - 120);
        expect(leftSeconds).toBeLessThan(wallSeconds + 30);
        // long enough for several looks: nothing is too old, too late or over
        await sleep(20_000);
        expect(jobsOf(cluster, await seeStatus(cluster, name, "HEALTHY"))).toEqual([service.job?.id]);
        await put(cluster, name);
        await restartWith(cluster, {});
        return `HEALTHY, with ${Math.round(leftSeconds / 60)} min of 20 left, then STOPPED`;
      },
    }),
  ),
  {
    name: "the laptop sleeps, and wakes 12 hours later by its clock",
    mend: ({ lab, berth }) => {
      lab.fault("wan", "reset");
      berth.process.kill("SIGCONT");
    },
    run: async (cluster) => {
      const clock = laptopClock(cluster.berth.home, 0);
      await restartWith(cluster, clock.environment);
      const before = await serve(cluster, { name: "half-a-day" });
      cluster.berth.process.kill("SIGSTOP");
      cluster.lab.fault("wan", "cut=1");
      await sleep(25_000);
      clock.set(12 * hourSeconds);
      cluster.lab.fault("wan", "cut=0");
      cluster.berth.process.kill("SIGCONT");
      await sleep(20_000);
      const after = await seeStatus(cluster, "half-a-day", "HEALTHY", 120_000);
      expect((await callEngine(cluster, after, "/where")).status).toBe(200);
      expect(jobsOf(cluster, after)).toEqual([before.job?.id]);
      expect(after.port).toBe(before.port);
      await put(cluster, "half-a-day");
      await restartWith(cluster, {});
      return "HEALTHY in the same Slurm job at the same port";
    },
  },
];

async function restartWith(cluster: Cluster, environment: Readonly<Record<string, string>>): Promise<void> {
  await cluster.berth.kill("SIGTERM");
  await cluster.restart({ environment });
}
