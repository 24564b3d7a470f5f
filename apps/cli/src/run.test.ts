import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BerthError } from "@berth/api";
import { describe, expect, test } from "vitest";
import { commandTree, type CommandEntry } from "./command-tree.ts";
import { capture } from "./test/capture.ts";
import { startRig } from "./test/rig.ts";
import { runBerth } from "./test/run-berth.ts";

function paths(entries: Readonly<Record<string, CommandEntry>>, before: readonly string[] = []): string[][] {
  return Object.entries(entries).flatMap(([name, { commands }]) => {
    const path = [...before, name];
    return [path, ...(commands === undefined ? [] : paths(commands, path))];
  });
}

describe("help", () => {
  test("berth alone shows every command and the exit codes", async () => {
    const { code, stdout, stderr } = await capture([]);
    expect([code, stderr]).toEqual([0, ""]);
    const shown = Object.entries(commandTree).filter(([, { hidden }]) => hidden !== true);
    for (const [name, { summary }] of shown)
      expect(stdout).toMatch(new RegExp(`^  ${name}\\b.*${summary}`, "m"));
    expect(stdout).not.toContain("__complete");
    expect(stdout).toContain("124 timed out");
  });

  const commands = paths(commandTree).filter(([name]) => name !== "__complete");
  test.for(commands.map((path) => path.join(" ")))(
    "berth %s tells its options, and by example how it is used",
    async (path) => {
      const { code, stdout } = await capture([...path.split(" "), "--help"]);
      expect(code).toBe(0);
      expect(stdout).toMatch(new RegExp(`^Usage: berth ${path.split(" ").slice(0, -1).join(" ")}`));
      const isGroup = stdout.includes("\nCommands:");
      if (!isGroup) expect(stdout).toMatch(/\nExamples:\n {2}\S/);
      for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(120);
    },
  );

  test("help COMMAND is COMMAND --help, also for commands of a group", async () => {
    const [asked, given] = await Promise.all([
      runBerth(["help", "model", "add"]),
      runBerth(["model", "add", "--help"]),
    ]);
    expect(asked).toEqual(given);
    expect(asked.stdout).toContain("--quant");
  });

  test("--version is the package's", async () => {
    expect(await runBerth(["--version"])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });
});

const usage: readonly (readonly [words: readonly string[], said: string])[] = [
  [["lss"], "berth: unknown command 'lss' (did you mean ls?)"],
  [["model", "ad"], "berth: unknown command 'ad' (did you mean add?)"],
  [["ls", "--al"], "berth: unknown option '--al' (did you mean --all?)"],
  [["details"], "berth: missing required argument 'service'"],
  [
    ["logs", "x", "--tail", "many"],
    "berth: option '-n, --tail <lines>' argument 'many' is invalid. Give a whole number from 0 to 100000.",
  ],
  [
    ["ls", "--filter", "statsu=X"],
    'berth: --filter: no field "statsu" (did you mean status?); fields: id, status, name, model, profile, port, image',
  ],
  [["ls", "--url", "ftp://x"], 'berth: --url: "ftp://x" is no address; give one as http://localhost:8000'],
  [
    ["completion", "tcsh"],
    "berth: command-argument value 'tcsh' is invalid for argument 'shell'. Allowed choices are bash, zsh, fish.",
  ],
  [["rm"], "berth: say which: name services, or give --filter (`berth prune` removes all that have ended)"],
  [["profile", "add", "x", "--schema", "slurm"], "berth: give --host HOST"],
  [
    ["run", "command", "my-server"],
    "berth: put the program after --, as: berth run command -- my-server --port {port}",
  ],
];

test.for(usage)("%j is a wrong command line, in one line", async ([words, said]) => {
  expect(await capture(words)).toEqual({ code: 2, stdout: "", stderr: `${said}\n` });
});

test.for([
  [["profile", "add", "x"], "berth: give --home DIR"],
  [["init"], "berth: nobody can be asked here: pass --yes to take the defaults (--name, --home, --cache)"],
] as const)("%j asks, and where nobody can be asked says what to give", async ([words, said]) => {
  expect(await runBerth(words)).toEqual({ code: 2, signal: null, stdout: "", stderr: `${said}\n` });
});

test("a group without a command shows what there is", async () => {
  const { code, stderr } = await capture(["model"]);
  expect(code).toBe(2);
  expect(stderr).toContain("add         download a model");
});

describe("failures", () => {
  test("no server: exit code 3 and what to do", async () => {
    const { code, stdout, stderr } = await runBerth(["ls"], { env: { BERTH_URL: "http://127.0.0.1:1" } });
    expect([code, stdout]).toEqual([3, ""]);
    expect(stderr).toBe("berth: no server answers at http://127.0.0.1:1; start one with `berth start`\n");
  });

  test("a server file left by a server that is gone is no server", async () => {
    const home = mkdtempSync(join(tmpdir(), "berth-home-"));
    writeFileSync(
      join(home, "server.json"),
      JSON.stringify({ pid: 2 ** 22 + 1, host: "localhost", port: 2 }),
    );
    const { code, stderr } = await runBerth(["ls", "--home-dir", home], { env: { BERTH_PORT: "1" } });
    rmSync(home, { recursive: true });
    expect(code).toBe(3);
    expect(stderr).toContain("127.0.0.1:1;");
  });

  test("a wrong key: exit code 4, and --token warns that it can be seen", async () => {
    await using rig = await startRig({});
    const { code, stderr } = await rig.run(["ls", "--token", "sk-wrong"]);
    expect(code).toBe(4);
    expect(stderr).toMatch(
      /^⚠ other users of this machine can read --token .*\nberth: the key is wrong; the CLI takes the key from BERTH_AUTH_TOKEN/,
    );
  });

  test("not found: exit code 5", async () => {
    await using rig = await startRig({
      getService: () => {
        throw new BerthError("not_found", "there is no service nope");
      },
    });
    const plain = await rig.run(["details", "nope"]);
    expect(plain).toMatchObject({ code: 5, stdout: "", stderr: "berth: there is no service nope\n" });
    const verbose = await rig.run(["details", "nope", "--verbose"]);
    expect(verbose.code).toBe(5);
    expect(verbose.stderr).toMatch(
      /code: not_found\n {2}status: 404\n {2}request id: req-stub-1\nBerthApiError: [^]*\n {4}at /,
    );
  });

  test("other refusals: exit code 1", async () => {
    await using rig = await startRig({});
    expect(await rig.run(["key", "ls"])).toMatchObject({
      code: 1,
      stderr: "berth: the test does not expect listKeys\n",
    });
  });

  test("a message cannot move the cursor", async () => {
    await using rig = await startRig({
      listKeys: () => {
        throw new BerthError("conflict", "bad \u001b[2Jnews");
      },
    });
    expect((await rig.run(["key", "ls"])).stderr).toBe("berth: bad news\n");
  });
});
