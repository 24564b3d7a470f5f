import { setTimeout as sleep } from "node:timers/promises";
import type { Service } from "@berth/api";
import { installEngine, order } from "@berth/e2e/slurm-fault";
import { startCluster, type Cluster } from "@berth/e2e/slurm-cluster";
import { until } from "@berth/e2e/until";
import { cpuSeconds } from "../process-cost.ts";
import type { Report } from "../report.ts";

const services = 100;
const watchedSeconds = 180;
const mostCallsPerMinute = 6;
const mostCoreShare = 0.05;
const mostIntervalSeconds = 60;

/** What a hundred services on one cluster cost the scheduler and this machine, and how soon a change is seen. */
export async function slurmMany(): Promise<Report> {
  // a lab of its own, whose nodes pretend to have room for all
  const cluster = await startCluster({
    lab: { LAB_DIR: "/var/tmp/slurm-lab-many", LAB_PREFIX: "slm", LAB_PORT: "2299", LAB_SCALE: "16" },
  });
  try {
    installEngine(cluster);
    for (let number = 0; number < services; number += 1)
      await order(cluster, { name: `many-${number}`, resources: { memoryMiB: 200, partition: "gpu" } });
    await until(
      "all to be healthy",
      async () => (await healthy(cluster)) === services || undefined,
      1_200_000,
    );
    await sleep(30_000);
    const pid = cluster.berth.process.pid ?? Number.NaN;
    const [callsBefore, cpuBefore] = [await schedulerCalls(cluster), await cpuSeconds(pid)];
    await sleep(watchedSeconds * 1000);
    const calls = ((await schedulerCalls(cluster)) - callsBefore) / (watchedSeconds / 60);
    const share = ((await cpuSeconds(pid)) - cpuBefore) / watchedSeconds;
    const seenSeconds = await secondsToSee(cluster);
    return {
      title: `slurm-many: ${services} healthy services on one profile, watched for ${watchedSeconds} s`,
      head: ["", ""],
      rows: [
        ["scheduler calls a minute", calls.toFixed(1)],
        ["server, share of one core", `${(share * 100).toFixed(1)} %`],
        ["a job cancelled behind its back, seen after", `${seenSeconds.toFixed(1)} s`],
      ],
      bars: [
        {
          fact: `at most ${mostCallsPerMinute} scheduler calls a minute`,
          measured: calls.toFixed(1),
          holds: calls <= mostCallsPerMinute,
        },
        {
          fact: `at most ${mostCoreShare * 100} % of one core`,
          measured: `${(share * 100).toFixed(1)} %`,
          holds: share <= mostCoreShare,
        },
        {
          fact: `a change is seen within one interval (${mostIntervalSeconds} s)`,
          measured: `${seenSeconds.toFixed(1)} s`,
          holds: seenSeconds <= mostIntervalSeconds,
        },
      ],
    };
  } finally {
    await cluster.dispose();
    cluster.lab.lower();
  }
}

async function healthy({ berth }: Cluster): Promise<number> {
  const { data } = (await (await berth.fetch("/api/v1/services")).json()) as { data: Service[] };
  return data.filter(({ status }) => status === "HEALTHY").length;
}

async function schedulerCalls({ berth }: Cluster): Promise<number> {
  const text = await (await berth.fetch("/metrics")).text();
  const found = /^berth_scheduler_calls_total\{[^}]*\} (\d+)/m.exec(text);
  if (found === null) throw new Error(`there is no count of scheduler calls in /metrics:\n${text}`);
  return Number(found[1]);
}

async function secondsToSee(cluster: Cluster): Promise<number> {
  const name = "many-50";
  const service = (await (await cluster.berth.fetch(`/api/v1/services/${name}`)).json()) as Service;
  const begunAt = performance.now();
  cluster.lab.exec("ctl", ["scancel", service.job?.id ?? ""]);
  await until(
    "the cancellation to be seen",
    async () => {
      const now = (await (await cluster.berth.fetch(`/api/v1/services/${name}`)).json()) as Service;
      return now.status === "HEALTHY" ? undefined : now;
    },
    180_000,
  );
  return (performance.now() - begunAt) / 1000;
}
