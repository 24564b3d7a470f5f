import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { temporaryFolder } from "@berth/testing/temporary-folder";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { newJob, temporaryJobs } from "../../testing/temporary-jobs.ts";
import { openJobStore } from "./open-jobs.ts";

const untilFull = fileURLToPath(new URL("../../testing/jobs-until-full.ts", import.meta.url));

test("a file that somebody else has locked takes nothing, says so, and goes on when it is free", async () => {
  await using given = await temporaryJobs();
  await given.jobs.submit(newJob({ id: "before" }), 0);
  const lock = new Database(given.path);
  lock.exec("begin immediate");
  await expect(given.jobs.submit(newJob({ id: "refused" }), 0)).rejects.toMatchObject({
    code: "service_unavailable",
  });
  lock.exec("rollback");
  lock.close();
  await given.jobs.submit(newJob({ id: "after" }), 0);
  const { jobs } = await given.jobs.listJobs({ limit: 10 });
  expect(jobs.map(({ id }) => id)).toEqual(["after", "before"]);
}, 60_000);

test("a disk that is full takes nothing more, says so, and keeps what was accepted", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "jobs.db");
  // in blocks of 1 KiB
  const script = 'ulimit -f 4096; exec "$0" "$@"';
  const { stdout } = await promisify(execFile)("bash", ["-c", script, process.execPath, untilFull, path]);
  const told = JSON.parse(stdout) as { accepted: readonly string[]; code: string; counted: number };
  expect(told.code).toMatch(/^(?:insufficient_disk|internal)$/);
  expect(told.accepted.length).toBeGreaterThan(8);
  expect(told.counted).toBe(told.accepted.length);
  const jobs = await openJobStore({ path });
  expect(await jobs.check()).toEqual([]);
  const kept = await jobs.listJobs({ limit: 1000 });
  expect(kept.jobs.map(({ id }) => id).toSorted()).toEqual(told.accepted.toSorted());
  await jobs.close();
}, 60_000);
