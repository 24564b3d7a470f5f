import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startCluster, type Cluster } from "../cluster.ts";
import { labObstacle } from "../lab.ts";
import { installEngine, liveJobs } from "./fault.ts";
import { networkFaults } from "./network-faults.ts";
import { refusalFaults } from "./refusal-faults.ts";
import { schedulerFaults } from "./scheduler-faults.ts";
import { serverFaults } from "./server-faults.ts";

const faults = [...networkFaults(5_000), ...schedulerFaults, ...refusalFaults, ...serverFaults(4)];

describe.skipIf(labObstacle() !== undefined)("what clusters and networks do", () => {
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
    test(fault.name, { timeout: 400_000 }, async () => {
      mend = () => fault.mend?.(cluster);
      const what = await fault.run(cluster);
      seen.push(`| ${fault.name} | ${what} |`);
      expect(what).not.toBe("");
    });
});
