import { expect, test } from "vitest";
import { readAccounts, readQos, saysNoAccounting } from "./read-accounts.ts";

test("accounts as Slurm 22.05.8 printed them on 2026-11-28; the default one comes first", () => {
  expect(readAccounts(["proj|proj|debug,high,low,normal"])).toEqual([
    { name: "proj", qos: ["debug", "high", "low", "normal"] },
  ]);
  const lines = ["lab|chem|normal", "lab|lab|normal", "lab|lab|high,normal", "sacctmgr: some warning"];
  expect(readAccounts(lines)).toEqual([
    { name: "lab", qos: ["high", "normal"] },
    { name: "chem", qos: ["normal"] },
  ]);
  expect(readAccounts([])).toEqual([]);
});

test("QOS with and without limits, as Slurm 22.05.8 printed them on 2026-11-28", () => {
  expect(readQos(["normal|||", "debug|00:02:00|1|2", "warning: odd"])).toEqual([
    { name: "normal", maxWall: null, maxJobsPerUser: null, maxSubmitPerUser: null },
    { name: "debug", maxWall: "00:02:00", maxJobsPerUser: 1, maxSubmitPerUser: 2 },
  ]);
});

test.each([
  ["You are not running a supported accounting_storage plugin", true],
  ["sh: 1: sacctmgr: not found", true],
  [" Only 'accounting_storage/slurmdbd' is supported.", false],
  ["sacctmgr: error: slurm_persist_conn_open_without_init: failed to open: Connection refused", false],
])("%j says that no accounts are kept: %s", (line, says) => {
  expect(saysNoAccounting([line])).toBe(says);
});
