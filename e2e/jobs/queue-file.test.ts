import { execFileSync, spawnSync } from "node:child_process";
import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Job } from "@berth/api";
import { afterEach, expect, test } from "vitest";
import { startBerth, top, type Berth } from "../berth-process.ts";
import { EndpointRig } from "../endpoints/endpoint-rig.ts";
import { mustRun, runProgram, type Ended } from "../run-program.ts";
import { JobRig } from "./job-rig.ts";

const serverEntry = join(top, "apps/server/dist/server.mjs");
const disposals: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const dispose of disposals.splice(0)) await dispose();
});

async function start(options: Parameters<typeof startBerth>[0] = {}): Promise<Berth> {
  const berth = await startBerth({ demo: false, ...options });
  disposals.push(() => berth.dispose());
  return berth;
}

/** With so many jobs that wait for a worker. */
async function withJobs(berth: Berth, count: number): Promise<readonly string[]> {
  await new EndpointRig(berth).call("POST", "/api/v1/endpoints", { name: "taken" });
  const jobs = new JobRig(berth);
  const order = { input: "x".repeat(10_000) };
  return Promise.all(Array.from({ length: count }, async () => (await jobs.submit("taken", order)).id));
}

function idsIn(path: string): string[] {
  const database = new DatabaseSync(path, { readOnly: true });
  const rows = database.prepare("select id from jobs").all();
  database.close();
  return rows.map(({ id }) => String(id));
}

function server(home: string, ...words: string[]): Promise<Ended> {
  return runProgram([process.execPath, serverEntry, ...words, "--home-dir", home]);
}

test("a backup of a live server has its jobs, by the command and by the API, and the check reads them", async () => {
  const berth = await start();
  const ids = await withJobs(berth, 50);
  const copies = await mkdtemp(join(tmpdir(), "berth-copies-"));
  disposals.push(() => rm(copies, { recursive: true }));
  await mustRun([
    process.execPath,
    serverEntry,
    "db",
    "backup",
    join(copies, "command"),
    "--home-dir",
    berth.home,
  ]);
  const body = JSON.stringify({ path: join(copies, "api") });
  const told = await berth.fetch("/api/v1/database/backup", { method: "POST", body });
  expect([told.ok, await told.text()]).toMatchObject([true, expect.stringContaining("api")]);
  for (const copy of ["command.jobs", "api.jobs"])
    expect(idsIn(join(copies, copy)).toSorted()).toEqual(ids.toSorted());
  const check = await server(berth.home, "db", "check");
  expect([check.exitCode, check.stdout]).toEqual([0, expect.stringContaining("is whole")]);
});

test.each([
  ["is no database any more", 0],
  ["has broken pages", 3 * 4096],
])(
  "a queue whose file %s is told plainly, and stays as it is until its owner has seen to it",
  async (_fact, from) => {
    const first = await start();
    const { home } = first;
    const ids = await withJobs(first, 200);
    const copy = join(home, "copy");
    await mustRun([process.execPath, serverEntry, "db", "backup", copy, "--home-dir", home]);
    await first.kill("SIGTERM");
    const path = join(home, "jobs.db");
    const file = await open(path, "r+");
    await file.write(Buffer.alloc(40 * 4096, "damage "), 0, undefined, from);
    await file.close();
    const before = await readFile(path);
    const check = await server(home, "db", "check");
    expect([check.exitCode, check.stderr]).toEqual([1, expect.stringContaining("jobs.db")]);
    const refused = await server(home, "start", "--port", "0", "--no-demo");
    expect([refused.exitCode, refused.stderr]).toEqual([
      1,
      expect.stringMatching(/jobs\.db is damaged .*berth db check/),
    ]);
    expect(before.equals(await readFile(path))).toBe(true);
    // as it says: with a copy in its place it goes on
    await rm(path);
    for (const behind of ["-wal", "-shm"]) await rm(path + behind, { force: true });
    execFileSync("cp", [`${copy}.jobs`, path]);
    const second = await start({ home });
    const listed = await second.fetch("/api/v1/jobs?limit=1000");
    expect(((await listed.json()) as { data: Job[] }).data.map(({ id }) => id).toSorted()).toEqual(
      ids.toSorted(),
    );
  },
);

/** A state directory on a disk of its own, that only the server sees. */
const onSmallDisk = ["--user", "--map-root-user", "--mount", "sh", "-c"];
const mounted = 'mount -t tmpfs -o size=24m none "$STATE" && exec "$@"';
const maySpawn =
  spawnSync("unshare", [...onSmallDisk, mounted, "sh", "true"], { env: { ...process.env, STATE: "/mnt" } })
    .status === 0;

test.skipIf(!maySpawn)(
  "a disk that is full takes no more jobs and says so; with room again it goes on",
  async () => {
    const state = await mkdtemp(join(tmpdir(), "berth-state-"));
    disposals.push(() => rm(state, { recursive: true }));
    const berth = await start({
      program: ["unshare", ...onSmallDisk, mounted, "sh", process.execPath, serverEntry],
      environment: { STATE: state, BERTH_STATE_DIR: state },
    });
    await new EndpointRig(berth).call("POST", "/api/v1/endpoints", { name: "taken" });
    const jobs = new JobRig(berth);
    const order = { input: "x".repeat(2 ** 20) };
    const accepted: string[] = [];
    let refusal: unknown;
    while (refusal === undefined) {
      const [status, told] = await jobs.told<Job>("POST", "/api/v1/endpoints/taken/jobs", order);
      if (status === 202) accepted.push(told.id);
      else refusal = [status, told];
      if (accepted.length > 100) throw new Error("the disk is not as small as it should be");
    }
    expect(refusal).toMatchObject([422, { error: { code: "insufficient_disk" } }]);
    expect(accepted.length).toBeGreaterThan(3);
    const [, page] = await jobs.told<{ data: Job[] }>("GET", "/api/v1/jobs?limit=1000");
    expect(page.data.map(({ id }) => id).toSorted()).toEqual(accepted.toSorted());
    const larger = ["--preserve-credentials", "-U", "-m", "-t", String(berth.process.pid)];
    execFileSync("nsenter", [...larger, "mount", "-o", "remount,size=96m", state]);
    accepted.push((await jobs.submit("taken", order)).id);
    const [, after] = await jobs.told<{ data: Job[] }>("GET", "/api/v1/jobs?limit=1000");
    expect(after.data.map(({ id }) => id).toSorted()).toEqual(accepted.toSorted());
  },
);
