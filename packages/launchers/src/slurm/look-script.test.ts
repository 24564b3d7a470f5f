import { spawnSync } from "node:child_process";
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder, writeFiles } from "@berth/testing/temporary-folder";
import { expect, test } from "vitest";
import { lookCommand } from "./look-script.ts";
import { readLook, type LaunchFiles } from "./read-look.ts";

function look(home: string, ...names: readonly string[]): readonly (LaunchFiles | undefined)[] {
  return lookAfter("", home, ...names);
}

/** The same, with some other shell before it. */
function lookAfter(
  before: string,
  home: string,
  ...names: readonly string[]
): readonly (LaunchFiles | undefined)[] {
  const launches = names.map((launchId) => ({ launchId, dir: `${home}/launches/${launchId}`, home }));
  const { script, stdin } = lookCommand({
    launches,
    asksQueue: false,
    asksAccounting: undefined,
    asksPlaces: [],
  });
  const { stdout } = spawnSync("/bin/sh", ["-c", `${before}\n${script}`], {
    input: stdin as string,
    encoding: "utf8",
    env: { ...process.env, HOME: home },
  });
  const seen = readLook(stdout);
  return names.map((name) => seen?.launches.get(name));
}

test("of runs the last one is told, and ten comes after nine", async () => {
  await using folder = await temporaryFolder();
  const started = (run: number): string => `7 c1 ${run} -\n`;
  await writeFiles(folder.path, {
    "launches/a-1/job": "7 1\n",
    ...Object.fromEntries([0, 9, 10].map((run) => [`launches/a-1/r${run}/started`, started(run)])),
    "launches/b-1/stop": "",
  });
  const [a, b, c] = look(folder.path, "a-1", "b-1", "c-1");
  expect(a).toMatchObject({
    job: { id: "7" },
    run: { requeues: 10, started: { at: 10, endsAt: undefined } },
  });
  // an empty file is what a full disk makes of one
  expect(b).toMatchObject({ job: undefined, stopAskedAt: 0, isGone: false });
  expect(c).toEqual({ kind: "missing" });
});

test("a home of any name is looked into, also one below the user's", async () => {
  await using folder = await temporaryFolder();
  const name = `it's "odd" $(x) – ü`;
  await writeFiles(folder.path, { [`${name}/launches/a-1/job`]: "7 1\n" });
  expect(look(join(folder.path, name), "a-1")).toMatchObject([{ job: { id: "7" } }]);
  const launches = [{ launchId: "a-1", dir: `~/${name}/launches/a-1`, home: "~" }];
  const { script, stdin } = lookCommand({
    launches,
    asksQueue: false,
    asksAccounting: undefined,
    asksPlaces: [],
  });
  const env = { ...process.env, HOME: folder.path };
  const { stdout } = spawnSync("/bin/sh", ["-c", script], { input: stdin as string, encoding: "utf8", env });
  expect(readLook(stdout)?.launches.get("a-1")).toMatchObject({ job: { id: "7" } });
});

test("a submission is under way while its lock is held; where there are no locks, nobody can tell", async () => {
  await using folder = await temporaryFolder();
  await writeFiles(folder.path, {
    "launches/a-1/submitting": "5\n",
    "bin/flock": "#!/bin/sh\nexit 71\n",
  });
  await chmod(`${folder.path}/bin/flock`, 0o755);
  const submitting = (before: string): unknown => {
    const [seen] = lookAfter(before, folder.path, "a-1");
    return seen?.kind === "there" ? seen.submitting : seen;
  };
  expect(submitting("")).toEqual({ since: 5, lock: "free" });
  expect(submitting("exec 8>>$HOME/launches/a-1/lock; flock 8")).toEqual({ since: 5, lock: "held" });
  expect(submitting('PATH="$HOME/bin:$PATH"')).toEqual({ since: 5, lock: "none" });
});

test("an intent that a full disk left empty is as old as its file", async () => {
  await using folder = await temporaryFolder();
  await writeFiles(folder.path, { "launches/a-1/submitting": "" });
  const [seen] = look(folder.path, "a-1");
  expect(seen).toMatchObject({ submitting: { lock: "free" } });
  const since = seen?.kind === "there" ? (seen.submitting?.since ?? 0) : 0;
  expect(Math.abs(since - Date.now() / 1000)).toBeLessThan(600);
});

test("no home is another thing than no launch", async () => {
  await using folder = await temporaryFolder();
  expect(look(join(folder.path, "away"), "a-1")).toMatchObject([{ kind: "homeless" }]);
});

test("what cannot be entered is unreadable, not missing", async () => {
  await using folder = await temporaryFolder();
  await writeFiles(folder.path, { launches: "no directory" });
  expect(look(folder.path, "a-1")).toMatchObject([
    { kind: "unreadable", reason: expect.stringMatching(/Not a directory/) as string },
  ]);
});
