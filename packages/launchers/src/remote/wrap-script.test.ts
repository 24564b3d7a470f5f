import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { MarkCut, readScriptErrors, wrapScript } from "./wrap-script.ts";

/** Login shells that this machine has; sh and bash are everywhere. */
const shells = ["sh", "bash", "dash", "zsh", "ksh", "tcsh", "csh", "fish"].filter(
  (shell) => spawnSync(shell, ["-c", "true"]).status === 0,
);

test.each(shells)("the command line says the same in %s", (shell) => {
  const script = `printf '%s\\n' 'a !b "c" $d \`e\`' ; cat; : ${"y".repeat(20_000)}; echo oops >&2; exit 5`;
  const { commandLine, mark } = wrapScript(script);
  const { stdout, stderr } = spawnSync(shell, ["-c", commandLine], { input: "in!put\n", encoding: "utf8" });
  expect(stdout).toBe(`${mark}\na !b "c" $d \`e\`\nin!put\n`);
  expect(readScriptErrors(stderr, mark)).toEqual({
    pid: expect.any(Number) as number,
    exitCode: 5,
    stderr: "oops\n",
    others: "",
  });
});

test("what a user has Slurm's commands leave out is not left out for us; a default account stays", () => {
  const { commandLine, mark } = wrapScript(
    'echo "$SQUEUE_STATES$SCANCEL_STATE$SBATCH_WAIT" "$SBATCH_ACCOUNT"',
  );
  const env = {
    SQUEUE_STATES: "RUNNING",
    SCANCEL_STATE: "PENDING",
    SBATCH_WAIT: "1",
    SBATCH_ACCOUNT: "chem",
  };
  const { stdout } = spawnSync("sh", ["-c", commandLine], {
    encoding: "utf8",
    env: { ...process.env, ...env },
  });
  expect(stdout).toBe(`${mark}\n chem\n`);
});

test.each([
  [
    "no shell began",
    "ssh: refused\n",
    { pid: undefined, exitCode: undefined, stderr: "", others: "ssh: refused\n" },
  ],
  [
    "it began, and was lost",
    "banner\nm 7\noops",
    { pid: 7, exitCode: undefined, stderr: "oops", others: "banner\n" },
  ],
  [
    "login files and ssh speak before and after it",
    "banner\nm 7\noops\nm=255\nclosed\n",
    { pid: 7, exitCode: 255, stderr: "oops\n", others: "banner\nclosed\n" },
  ],
  ["its last line is open", "m 7\noopsm=0\n", { pid: 7, exitCode: 0, stderr: "oops", others: "" }],
])("%s", (_, text, read) => {
  expect(readScriptErrors(text, "m")).toEqual(read);
});

test("however the bytes arrive, what stands before the mark is cut and nothing after it", () => {
  const bytes = fc.uint8Array({ maxLength: 50 }).map((some) => Buffer.from(some));
  fc.assert(
    fc.property(bytes, bytes, fc.array(fc.nat(20), { maxLength: 20 }), (before, after, cuts) => {
      const mark = "berth-0123456789abcdef";
      fc.pre(!before.includes(mark));
      let left = Buffer.concat([before, Buffer.from(`${mark}\n`), after]);
      const cut = new MarkCut(mark);
      const passed: Buffer[] = [];
      for (const length of cuts) {
        passed.push(cut.pass(left.subarray(0, length)));
        left = left.subarray(length);
      }
      passed.push(cut.pass(left));
      expect(Buffer.concat(passed)).toEqual(after);
    }),
  );
});
