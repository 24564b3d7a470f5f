import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { temporaryFolder, writeFiles } from "@berth/testing/temporary-folder";
import { expect, test } from "vitest";
import { lookCommand } from "./look-script.ts";
import { readLook, type LaunchFiles } from "./read-look.ts";

function look(home: string, ...names: readonly string[]): readonly (LaunchFiles | undefined)[] {
  const launches = names.map((launchId) => ({ launchId, dir: `${home}/launches/${launchId}`, home }));
  const { script, stdin } = lookCommand({
    launches,
    asksQueue: false,
    asksAccounting: undefined,
    asksPlaces: [],
  });
  const { stdout } = spawnSync("/bin/sh", ["-c", script], {
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
