import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { until } from "../../until.ts";
import { startCluster, type Cluster } from "../cluster.ts";
import { installEngine, liveJobs, type Fault } from "./fault.ts";

/** One test for each fault, on one cluster and one server; at the end the table of what was seen is printed. */
export function runFaults(faults: readonly Fault[], timeout: number): void {
  let cluster: Cluster;
  const seen: string[] = [];
  beforeAll(async () => {
    cluster = await startCluster();
    installEngine(cluster);
  });
  afterAll(async () => {
    console.log(["| fault | what was seen |", "| --- | --- |", ...seen].join("\n"));
    await cluster.dispose();
  });
  let mend = (): void => undefined;
  afterEach(() => {
    mend();
    // what a failed case has left must not trouble the next
    for (const id of liveJobs(cluster)) cluster.lab.exec("ctl", ["scancel", id]);
  });
  for (const fault of faults)
    test(fault.name, { timeout }, async () => {
      mend = () => fault.mend?.(cluster);
      const what = await fault.run(cluster);
      await until("no Slurm job to be left", () => liveJobs(cluster).length === 0 || undefined);
      seen.push(`| ${fault.name} | ${what.replaceAll(/\s*\n\s*/g, " ")} |`);
      expect(what).not.toBe("");
    });
}
