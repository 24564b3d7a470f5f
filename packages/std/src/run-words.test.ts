import { expect, test } from "vitest";
import { runInTurn } from "./run-in-turn.ts";
import { runWords } from "./run-words.ts";

const options = { env: process.env, timeoutMs: 20_000 };

test.each<[string, readonly string[], object]>([
  [
    "ends well",
    ["sh", "-c", "echo out; echo err >&2"],
    { kind: "ended", exitCode: 0, stdout: "out\n", stderr: "err\n" },
  ],
  ["ends badly", ["sh", "-c", "exit 3"], { kind: "ended", exitCode: 3 }],
  ["is killed", ["sh", "-c", "kill -9 $$"], { kind: "ended", exitCode: 128 }],
  ["is not there", ["no-such-program-of-ours"], { kind: "missing" }],
])("a command that %s", async (_, words, end) => {
  expect(await runWords(words, options)).toMatchObject(end);
});

test("a command that does not end is killed in time", async () => {
  expect(await runWords(["sleep", "60"], { ...options, timeoutMs: 20 })).toEqual({ kind: "late" });
});

test("commands run in turn, whatever becomes of each, and what failed is told", async () => {
  const problem = await runInTurn(
    [["sh", "-c", "echo no >&2; exit 2"], ["no-such-program-of-ours"], ["true"], ["sh", "-c", "exit 4"]],
    options,
  );
  expect(problem).toContain("ended with code 2: no");
  expect(problem).toContain("ended with code 4");
  expect(await runInTurn([["true"], ["no-such-program-of-ours"]], options)).toBeUndefined();
});
