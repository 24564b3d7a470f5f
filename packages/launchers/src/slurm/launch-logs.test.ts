import { spawnSync } from "node:child_process";
import { temporaryFolder, writeFiles } from "@berth/testing/temporary-folder";
import { expect, test } from "vitest";
import { logsCommand, readLogs, type EndedLaunch } from "./launch-logs.ts";

function logsOf(...launches: readonly EndedLaunch[]): ReturnType<typeof readLogs> {
  const { script, stdin } = logsCommand(launches);
  const { stdout } = spawnSync("/bin/sh", ["-c", script], { input: stdin as string, encoding: "utf8" });
  return readLogs(stdout);
}

test("only what was printed since the job last began is told: the memory of an earlier run is no later one's", async () => {
  await using folder = await temporaryFolder();
  const before = "module: not found\nslurmstepd: error: Detected 1 oom-kill event(s)\n";
  await writeFiles(folder.path, {
    "a-1/job.log": `${before}second run\n`,
    "a-1/r0/printed": "0 18\n",
    "a-1/r0/a-1/engine.log": "engine 0\n",
    "a-1/r1/printed": `${before.length} ${before.length}\n`,
    "a-1/r1/a-1/engine.log.1": "engine 1\n",
    "a-1/r1/a-1/engine.log": "engine 1, too\n",
  });
  const dir = `${folder.path}/a-1`;
  const of = (requeues: number): unknown => logsOf({ launchId: "a-1", dir, requeues }).get("a-1");
  expect(of(1)).toEqual({ job: ["second run"], engine: ["engine 1", "engine 1, too"] });
  expect(of(0)).toMatchObject({ job: [...before.trimEnd().split("\n"), "second run"], engine: ["engine 0"] });
  // put back once more, and ended before its script came to anything
  expect(of(2)).toEqual({ job: [], engine: [] });
});

test("of a job that never came to a run, the output is told", async () => {
  await using folder = await temporaryFolder();
  await writeFiles(folder.path, { "a-1/job.log": "mkdir: Disk quota exceeded\n", "b-1/job": "7 1\n" });
  const logs = logsOf(
    ...["a-1", "b-1", "c-1"].map((launchId) => ({
      launchId,
      dir: `${folder.path}/${launchId}`,
      requeues: 0,
    })),
  );
  expect([...logs]).toEqual([
    ["a-1", { job: ["mkdir: Disk quota exceeded"], engine: [] }],
    ["b-1", { job: [], engine: [] }],
    ["c-1", { job: [], engine: [] }],
  ]);
});
