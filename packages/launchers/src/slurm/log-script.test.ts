import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { appendFile, rename } from "node:fs/promises";
import { temporaryFolder, writeFiles } from "@berth/testing/temporary-folder";
import { expect, test } from "vitest";
import { logScript } from "./log-script.ts";

const scriptOf = (home: string, follows: boolean, tailLines?: number): string =>
  logScript({
    place: { jobName: "berth:h:a-1", home, dir: `${home}/a-1` },
    launchId: "a-1",
    tailLines,
    follows,
  });

const read = (home: string, tailLines?: number): string =>
  spawnSync("/bin/sh", ["-c", scriptOf(home, false, tailLines)], { encoding: "utf8" }).stdout;

const setup = "module: no such module\n";
const killed = "slurmstepd: error: *** JOB 7 ON c1 CANCELLED AT 2026-11-28T10:00:00 DUE TO TIME LIMIT ***\n";
const stopped = "slurmstepd-c1: error: *** JOB 7 ON c1 CANCELLED AT 2026-11-28T10:00:00 ***\n";

test("the job's output and the engine's are both printed, of the last run, in the order they came", async () => {
  await using folder = await temporaryFolder();
  const before = `first run\n${stopped}`;
  await writeFiles(folder.path, {
    "a-1/job.log": `${before}${setup}${stopped}${killed}`,
    "a-1/r0/printed": "0 10\n",
    "a-1/r0/a-1/engine.log": "old\n",
    "a-1/r1/printed": `${before.length} ${before.length + setup.length}\n`,
    "a-1/r1/a-1/engine.log.1": "one\n",
    "a-1/r1/a-1/engine.log": "two\n",
  });
  expect(read(folder.path)).toBe(`${setup}one\ntwo\n${killed}`);
  expect(read(folder.path, 2)).toBe(`two\n${killed}`);
  expect(read(folder.path, 0)).toBe("");
});

test("where no engine ever wrote, the job's output is printed", async () => {
  await using folder = await temporaryFolder();
  await writeFiles(folder.path, { "a-1/job.log": setup });
  expect(read(folder.path)).toBe(setup);
  expect(read(`${folder.path}/none`)).toBe("");
});

test("what the job and the engine print is streamed, over rotations and runs, to the last word", async () => {
  await using folder = await temporaryFolder();
  const dir = `${folder.path}/a-1`;
  await writeFiles(folder.path, { "a-1/job": "7 1\n" });
  const reader = spawn("/bin/sh", ["-c", scriptOf(folder.path, true)], { stdio: ["pipe", "pipe", "ignore"] });
  let seen = "";
  reader.stdout.setEncoding("utf8").on("data", (text: string) => (seen += text));
  const sees = (text: string): Promise<void> => expect.poll(() => seen, { timeout: 20_000 }).toBe(text);
  await appendFile(`${dir}/job.log`, setup);
  await sees(setup);
  await writeFiles(dir, { "r0/a-1/engine.log": "one\n" });
  await sees(`${setup}one\n`);
  await rename(`${dir}/r0/a-1/engine.log`, `${dir}/r0/a-1/engine.log.1`);
  await writeFiles(dir, { "r0/a-1/engine.log": "two\n" });
  await sees(`${setup}one\ntwo\n`);
  await appendFile(`${dir}/job.log`, `${stopped}put back\n`);
  await sees(`${setup}one\ntwo\nput back\n`);
  await writeFiles(dir, { "r1/a-1/engine.log": "three\n" });
  await sees(`${setup}one\ntwo\nput back\nthree\n`);
  await appendFile(`${dir}/r1/a-1/engine.log`, "four\n");
  await appendFile(`${dir}/job.log`, killed);
  reader.stdin.end("over\n");
  await once(reader, "close");
  expect(seen).toBe(`${setup}one\ntwo\nput back\nthree\nfour\n${killed}`);
});
