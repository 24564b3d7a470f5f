import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { scriptedEngine } from "@berth/testing/scripted-engine";
import { temporaryFolder } from "@berth/testing/temporary-folder";
import { describe, expect, test } from "vitest";
import { launchRunner, until, type LaunchedRunner } from "../test/launched-runner.ts";

/** A program that says it lives in a container, though it does not: what the runner does around one. */
function launchContained(
  { path }: { readonly path: string },
  cleanup: string[][],
  before: readonly string[] = [],
  makes: string[] = [],
): Promise<LaunchedRunner> {
  const argv = [...before, ...scriptedEngine, "--listen", "{socket}", "--print-environment"];
  return launchRunner({
    processEnv: { GIVEN_BY_THE_PLACE: "gpu 1", TMPDIR: path },
    spec: {
      program: {
        kind: "command",
        argv,
        env: { WHERE: "{scratch}|{launch}|{homeId}|{uid}|{gid}|{home}" },
        cwd: null,
        container: {
          cleanup,
          makes,
          forward: { WRAPPED_GIVEN: "GIVEN_BY_THE_PLACE", WRAPPED_ABSENT: "NO_SUCH_VARIABLE" },
        },
      },
    },
  });
}

async function environmentOf(runner: LaunchedRunner): Promise<Record<string, string>> {
  const line = (await runner.logged("WHERE")).split("\n").find((each) => each.startsWith("{")) ?? "{}";
  return JSON.parse(line) as Record<string, string>;
}

describe("a program in a container", () => {
  test("is told its directory, its names and its user, and what of the environment it is to get", async () => {
    await using folder = await temporaryFolder();
    await using runner = await launchContained(folder, []);
    const state = await runner.phase("ready");
    const env = await environmentOf(runner);
    const [scratch, launch, homeId, uid] = (env["WHERE"] ?? "").split("|");
    expect([scratch, launch, homeId, uid]).toEqual([
      state.scratchDir,
      state.launchId,
      "home",
      String(process.getuid?.()),
    ]);
    expect(env["WRAPPED_GIVEN"]).toBe("gpu 1");
    expect(env).not.toHaveProperty("WRAPPED_ABSENT");
    expect(existsSync(join(scratch ?? "", "io/engine.sock"))).toBe(true);
  });

  test("finds the directories that are ours to make, and one that cannot be made is told", async () => {
    await using folder = await temporaryFolder();
    const audio = join(folder.path, "home/audio");
    await using runner = await launchContained(
      folder,
      [],
      ["sh", "-c", 'ls -ld "$0" >&2; "$@"', audio],
      [audio],
    );
    await runner.phase("ready");
    expect(await runner.logged("audio")).toMatch(/^drwx------ /m);
    const impossible = join(audio, "../../file/audio");
    await writeFile(join(folder.path, "file"), "");
    await using refused = await launchContained(folder, [], [], [impossible]);
    expect((await refused.ended()).exit).toMatchObject({
      exitCode: 78,
      reason: expect.stringContaining(`the directory ${impossible} cannot be made: ENOTDIR`) as string,
    });
  });

  test("leaves nothing: its commands run at the end, in turn, and its directory is gone", async () => {
    await using folder = await temporaryFolder();
    await using runner = await launchContained(folder, [
      ["sh", "-c", 'echo "first $0" >> "$1/cleaned"', "{launch}", "{scratch}/.."],
      ["sh", "-c", 'cat "$0/../cleaned" > "$1"; rm "$0/../cleaned"', "{scratch}", "{scratch}-said"],
    ]);
    const { scratchDir, launchId } = await runner.phase("ready");
    runner.process.kill("SIGTERM");
    expect((await runner.ended()).scratchDir).toBeNull();
    const said = `${scratchDir}-said`;
    expect(await readFile(said, "utf8")).toBe(`first ${launchId}\n`);
    expect(existsSync(scratchDir ?? "")).toBe(false);
  });

  test("that could not be removed is said to be left, for the launcher to try again", async () => {
    await using folder = await temporaryFolder();
    await using runner = await launchContained(folder, [
      ["sh", "-c", "echo the store is locked >&2; exit 125"],
    ]);
    const { scratchDir } = await runner.phase("ready");
    runner.process.kill("SIGTERM");
    const last = await runner.ended();
    expect([last.phase, last.scratchDir]).toEqual(["exited", scratchDir]);
    expect(runner.stderr).toContain("the store is locked");
  });

  test("is asked to end, not killed, when its runner is killed", async () => {
    const trap = `trap 'echo told > "$0"' TERM; "$@" & wait; wait`;
    await using folder = await temporaryFolder();
    const told = join(folder.path, "told");
    await using runner = await launchContained(folder, [["true"]], ["sh", "-c", trap, told]);
    await runner.phase("ready");
    runner.process.kill("SIGKILL");
    await until("word that it was asked", () => (existsSync(told) ? true : undefined));
  });
});
