import { expect, test } from "vitest";
import { plainReason } from "./reasons.ts";

test.each([
  ["Priority", "other jobs go first (Priority)"],
  ["Resources", "waiting for nodes to become free (Resources)"],
  [
    "ReqNodeNotAvail, UnavailableNodes:g1",
    "a node that it needs is down, drained or reserved (ReqNodeNotAvail, UnavailableNodes:g1)",
  ],
  [
    "ReqNodeNotAvail, May be reserved for other job",
    "a node that it needs is down, drained or reserved (ReqNodeNotAvail, May be reserved for other job)",
  ],
  [
    "QOSMaxWallDurationPerJobLimit",
    "it asks for more time than its QOS allows: ask for less with time (QOSMaxWallDurationPerJobLimit)",
  ],
  ["QOSMaxJobsPerUserLimit", "you have as many jobs in its QOS as are allowed (QOSMaxJobsPerUserLimit)"],
  ["AssocGrpGRES", "all jobs of its account together have reached a limit (AssocGrpGRES)"],
  [
    "launch failed requeued held",
    "its node could not start it, and Slurm holds it: scontrol release lets it go, or stop it and run it anew (launch failed requeued held)",
  ],
  ["SomethingNew", "SomethingNew"],
  ["(null)", undefined],
  ["", undefined],
])("%s is told as %s", (reason, told) => {
  expect(plainReason(reason)).toBe(told);
});
