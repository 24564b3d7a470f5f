import { expect, test } from "vitest";
import { readLook } from "./read-look.ts";

/** Recorded on 2026-11-28 from Slurm 22.05.8, but for the launches. */
const recorded = `now 1795904415
queue-row 3|PENDING|Resources|0|1795904406|N/A|N/A|gpu||berth:h:svc-3-1|
queue-row 2|RUNNING|None|0|1795904406|1795904407|1795906207|gpu|g1|a|b c|
queue-row 1|RUNNING|None|2|1795904406|1795904407|1795905007|cpu|c1|berth:h:svc-1-1|
queue-row 9|CANCELLED|None|0|1795904406|1795904407|1795904410|cpu|c1|berth:h:svc-9-1|
queue-row 10|FAILED|BadConstraints|0|1795904406|1795904406|1795904406|gpu||berth:h:svc-10-1|
queue-row 
queue-end 0
accounting-row 9|CANCELLED by 0|0:15|0:0|1795904406|1795904407|1795904410|cpu|c1|berth:h:svc-9-1
accounting-row 8|FAILED|3:0|0:125|1795904406|1795904407|1795904410|cpu|c1|berth:h:svc-8-1
accounting-row 7|CANCELLED by 20001|0:0|0:0|1795904406|Unknown|1795904410|cpu|None assigned|berth:h:svc-7-1
accounting-end 0
me 20001
user 0 root
place 3 4
launch svc-1-1
job 1 1795904406
run 2
started 1 c1 1795904408 1795905007
term 1795904410
end 137 1795904411
launch svc-2-1
missing -
launch svc-3-1
homeless /scratch/ada
launch svc-4-1
closed ls: cannot access '/x': Permission denied
launch svc-5-1
broken job
launch svc-6-1
submitting 1795904400
locked -
stop 0
`;

test("jobs are known by their names, and other people's names hurt nobody", () => {
  const look = readLook(recorded);
  expect(look?.nowSeconds).toBe(1_795_904_415);
  expect(look?.queue.kind === "rows" && [...look.queue.rows.keys()]).toEqual([
    "berth:h:svc-3-1",
    "berth:h:svc-1-1",
    "berth:h:svc-9-1",
  ]);
  expect(look?.queue.kind === "rows" && look.queue.rows.get("berth:h:svc-1-1")).toEqual({
    id: "1",
    state: "RUNNING",
    reason: "None",
    requeues: 2,
    submittedAt: 1_795_904_406,
    startAt: 1_795_904_407,
    endAt: 1_795_905_007,
    partition: "cpu",
    node: "c1",
  });
  expect(look?.queue.kind === "rows" && look.queue.rows.get("berth:h:svc-3-1")).toMatchObject({
    startAt: undefined,
    node: undefined,
  });
  expect(look?.places).toEqual(new Map([["3", 4]]));
});

test("who cancelled, and codes of steps, are read from accounting", () => {
  const rows = readLook(recorded)?.accounting;
  expect(rows?.kind === "rows" && rows.rows.get("berth:h:svc-9-1")).toMatchObject({
    state: "CANCELLED",
    cancelledBy: "root",
    signal: 15,
  });
  expect(rows?.kind === "rows" && rows.rows.get("berth:h:svc-7-1")).toMatchObject({
    cancelledBy: "you",
    node: undefined,
    startAt: undefined,
  });
  expect(rows?.kind === "rows" && rows.rows.get("berth:h:svc-8-1")).toMatchObject({
    exitCode: 3,
    derivedCodes: [0, 125],
  });
});

test("files of each launch are told apart", () => {
  const launches = readLook(recorded)?.launches;
  expect(launches?.get("svc-1-1")).toMatchObject({
    kind: "there",
    job: { id: "1", submittedAt: 1_795_904_406 },
    run: {
      requeues: 2,
      started: { jobId: "1", node: "c1", at: 1_795_904_408, endsAt: 1_795_905_007 },
      termAt: 1_795_904_410,
      end: { exitCode: 137, at: 1_795_904_411 },
    },
  });
  expect(launches?.get("svc-2-1")).toEqual({ kind: "missing" });
  expect(launches?.get("svc-3-1")).toEqual({ kind: "homeless", home: "/scratch/ada" });
  expect(launches?.get("svc-4-1")).toMatchObject({
    kind: "unreadable",
    reason: expect.stringMatching(/Permission/) as string,
  });
  expect(launches?.get("svc-5-1")).toMatchObject({ kind: "unreadable" });
  expect(launches?.get("svc-6-1")).toMatchObject({
    submitting: { since: 1_795_904_400, lock: "held" },
    stopAskedAt: 0,
    run: undefined,
  });
});

test.each([
  ["slurm_load_jobs error: Unable to contact slurm controller (connect failure)"],
  ["squeue: error: Munge encode failed: Failed to connect\nsqueue: error: authentication"],
])("a scheduler that does not answer is told in its words: %s", (words) => {
  const lines = words.split("\n").map((line) => `queue-error ${line}\n`);
  const look = readLook(`now 1795904415\n${lines.join("")}queue-end 1\n`);
  expect(look?.queue).toEqual({ kind: "failed", words });
});

test.each([
  ["not a word", ""],
  ["nothing", "bash: command not found"],
])("%s is no look", (_name, stdout) => {
  expect(readLook(stdout)).toBeUndefined();
});
