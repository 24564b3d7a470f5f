import { chmod, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type Clock, systemClock } from "@berth/std/clock";
import { temporaryFolder, writeFiles } from "@berth/testing/temporary-folder";
import { expect, test, vi } from "vitest";
import { SchedulerMeter } from "../cluster/index.ts";
import { createThisHost } from "../remote/this-host.ts";
import { Errands } from "./index.ts";

const signal = new AbortController().signal;
const silence = "slurm_load_jobs error: Unable to contact slurm controller (connect failure)";

/** Nobody waits: it is later at once. */
function hastyClock(): Clock {
  let now = 0;
  return {
    now: () => now,
    monotonic: () => now,
    sleep: async (ms) => {
      now += ms;
    },
  };
}

/** A login node whose scheduler says what the test has it say; what is submitted runs to its end at once. */
async function cluster(
  commands: { readonly squeue?: string; readonly sbatch?: string; readonly sacct?: string } = {},
) {
  const folder = await temporaryFolder();
  const {
    squeue = "true",
    sbatch = 'for script; do :; done; SLURM_JOB_ID=12 bash "$script" </dev/null >/dev/null; echo 12',
    sacct = "true",
  } = commands;
  const said = (name: string, does: string) => `#!/bin/sh\necho ${name} >>"$HOME/asked"\n${does}\n`;
  await writeFiles(folder.path, {
    "bin/squeue": said("squeue", squeue),
    "bin/sbatch": said("sbatch", sbatch),
    "bin/sacct": said("sacct", sacct),
    "bin/scancel": said("scancel", "true"),
    asked: "",
    "b/.keep": "",
  });
  const bin = join(folder.path, "bin");
  for (const name of await readdir(bin)) await chmod(join(bin, name), 0o755);
  const env = { ...process.env, HOME: folder.path, PATH: `${bin}:${process.env["PATH"]}` };
  const clock = hastyClock();
  const meter = new SchedulerMeter(clock);
  const errands = new Errands({
    host: createThisHost({ clock: systemClock, env }),
    meter,
    clock,
    homeId: "h1",
  });
  const order = {
    id: "d1",
    home: "~/b",
    argv: async (): Promise<readonly string[]> => ["sh", "-c", "cat; exit 3"],
    memoryMiB: 1,
    site: { host: "della", setup: "cd /; set -e" },
  };
  const states: string[] = [];
  return {
    meter,
    states,
    errandFiles: (files: Readonly<Record<string, string>>) =>
      writeFiles(
        folder.path,
        Object.fromEntries(Object.entries(files).map(([name, content]) => [`b/errands/d1/${name}`, content])),
      ),
    asked: async () => (await readFile(join(folder.path, "asked"), "utf8")).split("\n").filter(Boolean),
    left: () => readdir(join(folder.path, "b/errands")),
    end: (id = "d1") => errands.end({ id, home: "~/b" }, signal),
    async run(given: Partial<typeof order> = {}, leaves: AbortSignal = signal) {
      const { stdin, stdout, ended } = errands.run(
        { ...order, ...given },
        (words) => states.push(words),
        leaves,
      );
      stdin.end("new words");
      const said = text(stdout);
      const outcome = await ended;
      return { said: await said, ...outcome };
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

test("an errand runs as a Slurm job, and leaves nothing once its outcome is told", async () => {
  await using at = await cluster();
  expect(await at.run()).toEqual({ said: "new words", exitCode: 3, stderr: "" });
  expect(await at.left()).toEqual([]);
  expect(await at.asked()).toEqual(["squeue", "sbatch"]);
  expect(at.meter.total).toBe(2);
});

test("what ended while nobody followed it is told, and not begun anew before that", async () => {
  await using at = await cluster();
  await at.errandFiles({ job: "7\n", exit: "1\n", output: "old words", script: "" });
  expect(await at.run()).toMatchObject({ said: "old words", exitCode: 1 });
  expect(await at.asked()).toEqual([]);
  expect(at.states).toEqual(["Slurm job 7"]);
  expect(await at.run()).toMatchObject({ said: "new words", exitCode: 3 });
});

test("what began and vanished while nobody followed it is told, with what is known of its end", async () => {
  await using at = await cluster({ sacct: "echo '6|COMPLETED|0:0'; echo '7|TIMEOUT|0:0'" });
  await at.errandFiles({ job: "7\n", output: "", script: "", "slurm.log": "DUE TO TIME LIMIT\n" });
  await expect(at.run()).rejects.toMatchObject({
    code: "upstream_failed",
    message: "Slurm job 7 ended before its work did (TIMEOUT): DUE TO TIME LIMIT",
  });
  expect(await at.left()).toEqual([]);
  const asked = await at.asked();
  // to find it, twice to be sure, and once to know why
  expect(asked).toEqual(["squeue", "squeue", "squeue", "sacct"]);
  expect(at.meter.total).toBe(asked.length);
  expect(await at.run()).toMatchObject({ exitCode: 3 });
});

test.for([
  ["the queue is not told", { squeue: `echo '${silence}' >&2; exit 1` }, "host_unreachable"],
  ["the job may have been heard of", { sbatch: `echo '${silence}' >&2; exit 1` }, "host_unreachable"],
  ["the job is refused", { sbatch: "echo 'sbatch: error: invalid partition' >&2; exit 1" }, "launch_refused"],
  ["there is no Slurm", { sbatch: "echo 'sh: 1: sbatch: not found' >&2; exit 127" }, "launch_refused"],
] as const)("when %s, it is told as such", async ([, commands, code]) => {
  await using at = await cluster(commands);
  await at.errandFiles({ input: "", script: "" });
  await expect(at.run()).rejects.toMatchObject({ code });
});

test("of an errand that is refused nothing stays, for it may have brought a token", async () => {
  await using at = await cluster({ sbatch: "echo 'sbatch: error: invalid partition' >&2; exit 1" });
  await expect(at.run()).rejects.toMatchObject({ code: "launch_refused" });
  expect(await at.left()).toEqual([]);
});

test("one whose directory is away goes on for as long as the queue says so", async () => {
  await using at = await cluster({
    squeue: `
      n=$(cat "$HOME/times" 2>/dev/null || echo 0); echo $((n + 1)) >"$HOME/times"
      case $n in 0) ;; *) echo '12|RUNNING|None|berth-h1-d1' ;; esac
      [ "$n" -ne 3 ] || mv "$HOME/away" "$HOME/b/errands/d1"`,
    sbatch:
      'mv "$HOME/b/errands/d1" "$HOME/away"; printf words >"$HOME/away/output"; echo 0 >"$HOME/away/exit"; echo 12',
  });
  expect(await at.run()).toEqual({ said: "words", exitCode: 0, stderr: "" });
  expect(at.states).toContain("Slurm job 12: RUNNING");
});

test("one whose directory is gone for good has ended with its Slurm job", async () => {
  await using at = await cluster({ sbatch: 'rm -r "$HOME/b/errands/d1"; echo 12' });
  await expect(at.run()).rejects.toMatchObject({
    code: "upstream_failed",
    message: "Slurm job 12 ended before its work did: its directory is gone",
  });
});

test("of one that goes on already it is not asked what it is made of", async () => {
  await using at = await cluster({
    squeue: `
      [ ! -e "$HOME/over" ] || exit 0
      case "$*" in *%j*) echo '7|RUNNING|None|berth-h1-d1' ;; *) echo '7 RUNNING' ;; esac`,
  });
  await at.errandFiles({ job: "7\n", output: "old words", script: "" });
  const argv = (): Promise<never> => Promise.reject(new Error("the quota is full"));
  setTimeout(() => void at.errandFiles({ exit: "0\n", "../../../over": "" }), 300);
  expect(await at.run({ argv })).toMatchObject({ said: "old words", exitCode: 0 });
  await expect(at.run({ argv })).rejects.toThrow("the quota is full");
});

test("a job that Slurm is still clearing up after, of an order that was ended, is none that goes on", async () => {
  await using at = await cluster({ squeue: "echo '11 COMPLETING'" });
  expect(await at.run()).toMatchObject({ said: "new words", exitCode: 3 });
  expect(await at.asked()).toEqual(["squeue", "sbatch"]);
});

test.for([["a shell that is killed", { squeue: "kill -9 $(ps -o ppid= $PPID)" }, "shell ended"]] as const)(
  "%s is no reason to give up",
  async ([, commands, words]) => {
    await using at = await cluster(commands);
    await at.errandFiles({});
    await expect(at.run()).rejects.toMatchObject({
      code: "host_unreachable",
      message: expect.stringContaining(words) as string,
    });
  },
);

test("what a killed server has begun to submit is waited for, but not for ever", async () => {
  await using at = await cluster();
  await at.errandFiles({ submitting: `${Math.floor(Date.now() / 1000) - 100}\n`, input: "" });
  await expect(at.run()).rejects.toMatchObject({ code: "host_unreachable" });
  await at.errandFiles({ submitting: `${Math.floor(Date.now() / 1000) - 300}\n` });
  expect(await at.run()).toMatchObject({ exitCode: 3 });
});

test("one that is ended while it is submitted is submitted first, and surely ended", async () => {
  await using at = await cluster({ sbatch: "sleep 0.5; echo 12", squeue: "true" });
  const leaving = new AbortController();
  const run = at.run({}, leaving.signal);
  run.catch(() => undefined);
  await vi.waitFor(async () => expect(await at.asked()).toContain("sbatch"), 5_000);
  const ended = at.end();
  leaving.abort(new Error("cancelled"));
  await expect(run).rejects.toThrow("cancelled");
  await ended;
  expect(await at.asked()).toEqual(["squeue", "sbatch", "scancel"]);
  expect(await at.left()).toEqual([]);
});

test("where its files cannot be written it is told", async () => {
  await using at = await cluster();
  await expect(at.run({ home: "/proc/self" })).rejects.toMatchObject({ code: "upstream_failed" });
  expect(await at.asked()).toEqual(["squeue"]);
});

test("nothing is begun while the home is away, which may hold the outcome", async () => {
  await using at = await cluster();
  await expect(at.run({ home: "~/elsewhere" })).rejects.toMatchObject({ code: "host_unreachable" });
  expect(await at.asked()).toEqual([]);
});

test("the outcome of an order before is not taken for this one's, whose submission nobody answered", async () => {
  await using at = await cluster({ squeue: "echo '11 COMPLETING'", sbatch: `echo '${silence}' >&2; exit 1` });
  await expect(at.run()).rejects.toMatchObject({ code: "host_unreachable" });
  await expect(at.run()).rejects.toMatchObject({ code: "host_unreachable" });
  // nobody was connected to: it is tried again at once
  expect(await at.asked()).toEqual(["squeue", "sbatch", "squeue", "sbatch"]);
});

test("what may have been heard is not submitted again before it would show, nor called ended", async () => {
  await using at = await cluster({ sbatch: "echo 'Socket timed out on send/recv operation' >&2; exit 1" });
  await expect(at.run()).rejects.toMatchObject({ code: "host_unreachable" });
  await expect(at.run()).rejects.toThrow("may still be being submitted");
  await expect(at.end()).rejects.toThrow("may still be being submitted");
  expect(await at.asked()).toEqual(["squeue", "sbatch", "squeue", "scancel"]);
});

test("of two jobs of one errand one does the work", async () => {
  const both =
    'for script; do :; done; for id in 12 13; do SLURM_JOB_ID=$id bash "$script" </dev/null >/dev/null & done; wait; echo 12';
  await using at = await cluster({ sbatch: both });
  const argv = async (): Promise<readonly string[]> => ["sh", "-c", 'echo begun >>"$HOME/asked"; cat'];
  expect(await at.run({ argv })).toMatchObject({ said: "new words", exitCode: 0 });
  expect((await at.asked()).filter((line) => line === "begun")).toHaveLength(1);
});
