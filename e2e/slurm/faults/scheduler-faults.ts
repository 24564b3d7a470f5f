import { setTimeout as sleep } from "node:timers/promises";
import type { ServiceEvent } from "@berth/api";
import { expect } from "vitest";
import { until } from "../../until.ts";
import type { Cluster } from "../cluster.ts";
import {
  callEngine,
  jobsOf,
  liveJobs,
  order,
  put,
  see,
  seeStatus,
  seeUntil,
  serve,
  type Fault,
} from "./fault.ts";

/** The scheduler's daemons, the nodes, and the administrator's hand. */
export const schedulerFaults: readonly Fault[] = [
  {
    name: "slurmctld is killed for 20 s while a service serves",
    mend: ({ lab }) => lab.fault("start", "slurmctld", "ctl"),
    run: async (cluster) => {
      const before = await serve(cluster, { name: "no-ctld" });
      // what it has not written down yet when it dies, it forgets: the lab's own reading
      await sleep(6_000);
      cluster.lab.fault("kill", "slurmctld", "ctl");
      await sleep(20_000);
      expect((await see(cluster, "no-ctld")).status).toBe("HEALTHY");
      expect((await callEngine(cluster, before, "/where")).status).toBe(200);
      cluster.lab.fault("start", "slurmctld", "ctl");
      const after = await seeStatus(cluster, "no-ctld", "HEALTHY");
      expect(jobsOf(cluster, after)).toEqual([before.job?.id]);
      await put(cluster, "no-ctld");
      return "HEALTHY and answering throughout";
    },
  },
  {
    name: "slurmctld is frozen during a submission",
    mend: ({ lab }) => lab.fault("cont", "slurmctld", "ctl"),
    run: async (cluster) => {
      cluster.lab.fault("stop", "slurmctld", "ctl");
      await order(cluster, { name: "frozen" });
      await sleep(15_000);
      const waiting = await see(cluster, "frozen");
      expect(["SUBMITTED", "PENDING"]).toContain(waiting.status);
      cluster.lab.fault("cont", "slurmctld", "ctl");
      const after = await seeStatus(cluster, "frozen", "HEALTHY", 120_000);
      expect(jobsOf(cluster, after)).toHaveLength(1);
      await put(cluster, "frozen");
      return `${waiting.status} ("${waiting.statusReason}"), then HEALTHY; one Slurm job`;
    },
  },
  {
    name: "slurmdbd is down from submission to end",
    mend: ({ lab }) => lab.fault("start", "slurmdbd", "ctl"),
    run: async (cluster) => {
      cluster.lab.fault("kill", "slurmdbd", "ctl");
      const service = await serve(cluster, { name: "no-dbd" });
      await put(cluster, "no-dbd");
      const doomed = await serve(cluster, { name: "no-dbd-cancelled" });
      cluster.lab.exec("ctl", ["scancel", doomed.job?.id ?? ""]);
      const after = await seeUntil(
        cluster,
        "no-dbd-cancelled",
        "an end",
        ({ endedAt }) => endedAt !== null,
        120_000,
      );
      expect([after.status, after.statusReason]).toEqual(["STOPPED", expect.stringMatching(/cancel/i)]);
      cluster.lab.fault("start", "slurmdbd", "ctl");
      expect(liveJobs(cluster)).toEqual([]);
      return `HEALTHY as Slurm job ${service.job?.id}, then STOPPED; another one: "${after.statusReason}"`;
    },
  },
  {
    name: "slurmd is killed, and started after 5 s",
    mend: ({ lab }) => lab.fault("start", "slurmd", "c1"),
    run: async (cluster) => {
      const before = await serve(cluster, { name: "no-slurmd", resources: { partition: "cpu" } });
      cluster.lab.fault("kill", "slurmd", "c1");
      await sleep(5_000);
      cluster.lab.fault("start", "slurmd", "c1");
      await sleep(5_000);
      const after = await seeStatus(cluster, "no-slurmd", "HEALTHY");
      expect((await callEngine(cluster, after, "/where")).status).toBe(200);
      expect(jobsOf(cluster, after)).toEqual([before.job?.id]);
      await put(cluster, "no-slurmd");
      return "HEALTHY in the same Slurm job";
    },
  },
  {
    name: "the node of a service loses its power",
    mend: ({ lab }) => {
      for (const node of ["g1", "g2"]) lab.fault("poweron", node);
    },
    run: async (cluster) => {
      const before = await serve(cluster, { name: "no-power", resources: { partition: "gpu" } });
      const node = before.job?.node ?? "";
      cluster.lab.fault("poweroff", node);
      const after = await seeUntil(
        cluster,
        "no-power",
        "to be healthy on another node",
        ({ status, job }) => status === "HEALTHY" && job?.node !== node,
        300_000,
      );
      expect((await callEngine(cluster, after, "/where")).status).toBe(200);
      cluster.lab.fault("poweron", node);
      await put(cluster, "no-power");
      expect(liveJobs(cluster)).toEqual([]);
      return `HEALTHY again on ${after.job?.node} (before: ${node})`;
    },
  },
  {
    name: "an administrator cancels the Slurm job",
    run: async (cluster) => {
      const { job } = await serve(cluster, { name: "cancelled" });
      cluster.lab.exec("ctl", ["scancel", job?.id ?? ""]);
      const after = await seeUntil(
        cluster,
        "cancelled",
        "an end",
        ({ endedAt }) => endedAt !== null,
        120_000,
      );
      expect(after.status).toBe("STOPPED");
      expect(after.statusReason).toMatch(/cancel/i);
      expect(liveJobs(cluster)).toEqual([]);
      return `STOPPED: "${after.statusReason}"`;
    },
  },
  {
    name: "an administrator requeues the Slurm job",
    run: async (cluster) => {
      const before = await serve(cluster, { name: "requeued" });
      cluster.lab.exec("ctl", ["scontrol", "requeue", before.job?.id ?? ""]);
      const after = await seeUntil(
        cluster,
        "requeued",
        "to be healthy in its second run",
        ({ status, job }) => status === "HEALTHY" && job?.requeues === 1,
        120_000,
      );
      expect(after.job?.id).toBe(before.job?.id);
      expect((await callEngine(cluster, after, "/where")).status).toBe(200);
      await put(cluster, "requeued");
      return "HEALTHY again in the same Slurm job at the same port";
    },
  },
  {
    name: "the Slurm job is suspended for 15 s",
    run: async (cluster) => {
      const { job } = await serve(cluster, { name: "suspended" });
      cluster.lab.exec("ctl", ["scontrol", "suspend", job?.id ?? ""]);
      await sleep(15_000);
      const during = await see(cluster, "suspended");
      cluster.lab.exec("ctl", ["scontrol", "resume", job?.id ?? ""]);
      expect(during.endedAt).toBeNull();
      const after = await seeStatus(cluster, "suspended", "HEALTHY");
      expect(jobsOf(cluster, after)).toEqual([job?.id]);
      await put(cluster, "suspended");
      return `${during.status} ("${during.statusReason}"), then HEALTHY`;
    },
  },
  {
    name: "a job of a higher QOS preempts it, which cancels it",
    run: async (cluster) => {
      const before = await serve(cluster, { name: "preempted", resources: lowly });
      const rival = submitRival(cluster);
      const after = await seeUntil(
        cluster,
        "preempted",
        "an end",
        ({ endedAt }) => endedAt !== null,
        150_000,
      );
      expect(after.status).toBe("PREEMPTED");
      expect(after.statusReason).toMatch(/preempted by another/);
      expect(jobsOf(cluster, after)).toEqual([before.job?.id]);
      cluster.lab.exec("ctl", ["scancel", rival]);
      return `${after.status}: "${after.statusReason}"`;
    },
  },
  {
    name: "a job of a higher QOS preempts it, which puts it back into the queue",
    mend: ({ lab }) => setPreemption(lab, "cancel"),
    run: async (cluster) => {
      setPreemption(cluster.lab, "requeue");
      const before = await serve(cluster, { name: "put-back", resources: lowly });
      const rival = submitRival(cluster);
      const waiting = await seeStatus(cluster, "put-back", "PENDING", 150_000);
      cluster.lab.exec("ctl", ["scancel", rival]);
      const after = await seeUntil(
        cluster,
        "put-back",
        "to be healthy in its second run",
        ({ status, job }) => status === "HEALTHY" && job?.requeues === 1,
        150_000,
      );
      expect(jobsOf(cluster, after)).toEqual([before.job?.id]);
      expect((await callEngine(cluster, after, "/where")).status).toBe(200);
      await put(cluster, "put-back");
      return `PENDING ("${waiting.statusReason}"), then HEALTHY again in the same Slurm job`;
    },
  },
  {
    name: "the partition of a service is hidden",
    mend: ({ lab }) => setHidden(lab, "NO"),
    run: async (cluster) => {
      setHidden(cluster.lab, "YES");
      const before = await serve(cluster, { name: "hidden", resources: { partition: "cpu" } });
      await cluster.berth.kill("SIGKILL");
      await cluster.restart();
      // two looks at the queue, at least
      await sleep(20_000);
      const after = await seeStatus(cluster, "hidden", "HEALTHY");
      expect(jobsOf(cluster, after)).toEqual([before.job?.id]);
      await put(cluster, "hidden");
      return "HEALTHY in the same Slurm job, then STOPPED";
    },
  },
  {
    name: "the wall time is over",
    run: async (cluster) => {
      const before = await serve(cluster, {
        name: "out-of-time",
        resources: { partition: "short", time: "1" },
      });
      const after = await seeUntil(
        cluster,
        "out-of-time",
        "an end",
        ({ endedAt }) => endedAt !== null,
        240_000,
      );
      expect(after.status).toBe("TIMEOUT");
      expect(after.statusReason).toBe("its wall time of 1 minute is over");
      expect(jobsOf(cluster, after)).toEqual([before.job?.id]);
      return `TIMEOUT: "${after.statusReason}"`;
    },
  },
  {
    name: "the engine takes more memory than the Slurm job has",
    run: async (cluster) => {
      const service = await serve(cluster, { name: "hungry" });
      await callEngine(cluster, service, "/eat/800").catch(() => undefined);
      const told = await until(
        "an event that tells of memory",
        async () => {
          const { data } = (await (await cluster.berth.fetch("/api/v1/services/hungry/events")).json()) as {
            data: ServiceEvent[];
          };
          return data.find(({ message }) => /ran out of memory/.test(message));
        },
        90_000,
      );
      await put(cluster, "hungry");
      return `${told.status}: "${told.message}"`;
    },
  },
];

/** All of the one node that has this GPU, with a priority that gives way. */
const lowly = { partition: "gpu", constraint: "gpu32", gres: "gpu:1", qos: "low" };

/** Somebody's short job that wants the same node more. Returns its id. */
function submitRival({ lab }: Cluster): string {
  const options = ["-q", "high", "-p", "gpu", "-C", "gpu32", "--gres=gpu:1", "-t", "1"];
  return lab
    .exec("login", ["sbatch", "--parsable", ...options, "--wrap", "sleep 30"], { user: lab.user })
    .trim();
}

function setPreemption(lab: Cluster["lab"], mode: "cancel" | "requeue"): void {
  lab.exec("ctl", ["sacctmgr", "-Qi", "modify", "qos", "low", "set", `PreemptMode=${mode}`]);
}

function setHidden(lab: Cluster["lab"], value: "YES" | "NO"): void {
  lab.exec("ctl", ["scontrol", "update", "PartitionName=cpu", `Hidden=${value}`]);
}
