import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sampleKey, sampleModel, sampleProfile, sampleService } from "../test/samples.ts";
import { capture } from "../test/capture.ts";
import { startRig } from "../test/rig.ts";
import { completionScripts } from "./scripts.ts";

const has = (program: string): boolean => spawnSync(program, ["--version"]).status === 0;

test.for([
  ["bash", "-n"],
  ["zsh", "-n"],
  ["fish", "--no-execute"],
] as const)("the script for %s is well-formed", ([shell, check], { skip }) => {
  if (!has(shell)) skip(`${shell} is not installed`);
  const folder = mkdtempSync(join(tmpdir(), "berth-complete-"));
  writeFileSync(join(folder, "script"), completionScripts[shell]);
  const { status, stderr } = spawnSync(shell, [check, join(folder, "script")], { encoding: "utf8" });
  rmSync(folder, { recursive: true });
  expect([status, stderr]).toEqual([0, ""]);
});

test.for([
  ["model ", ["ls", "add", "show", "rm"]],
  ["model a", ["add"]],
  ["ls --al", ["--all"]],
  [
    "run --gres 1 text-generation x --max-",
    ["--max-input-length", "--max-total-tokens", "--max-stop-sequences", "--max-batch-prefill-tokens"],
  ],
  ["run text-generation x --runtime apptainer --sharded ", ["true", "false"]],
  ["run --time 30 --mem 16 --cons", ["--constraint"]],
  ["run text-generation x --mount ", [":files"]],
  ["--home-dir /x profile r", ["repair", "rename", "rm"]],
  ["wait x --for HEA", ["HEALTHY"]],
  ["key create x --scope ", ["inference", "admin", "worker"]],
  ["model add ", [":files"]],
  ["ls --home-dir ", [":files"]],
  ["run command -- ", [":files"]],
  ["nonsense ", []],
] as const)('"berth %s" completes', async ([line, expected]) => {
  const { code, stdout } = await capture(["__complete", "--", ...line.split(" ")]);
  const words = stdout
    .split("\n")
    .filter((word) => word !== "")
    .map((word) => word.split("\t")[0]);
  expect(code).toBe(0);
  expect(words).toEqual(expected);
});

test("at the very beginning stand the commands, without the hidden one", async () => {
  const { stdout } = await capture(["__complete", "--", ""]);
  expect(stdout).toContain("\nls\tlist services\n");
  expect(stdout).not.toContain("__complete");
});

test("names come from the server", async () => {
  await using rig = await startRig(
    {
      listServices: () => ({ data: [sampleService()] }),
      listModels: () => ({ data: [sampleModel(), sampleModel({ id: "m9" })] }),
      listProfiles: () => ({ data: [sampleProfile()] }),
      listKeys: () => ({ data: [sampleKey()] }),
    },
    (_, response) => void response.end('{"object":"list","data":[{"id":"pilot"},{"id":"berth/pilot"}]}'),
  );
  const names = async (...words: string[]): Promise<string> =>
    (await rig.run(["__complete", "--", ...words])).stdout;
  expect(await names("logs", "")).toBe("pilot\tHEALTHY berth/pilot\n");
  expect(await names("run", "text-generation", "Ti")).toBe(
    "TinyLlama/TinyLlama-1.1B-Chat-v1.0\ttext-generation\n",
  );
  expect(await names("run", "text-generation", "x", "-p", "")).toBe("default\tlocal\n");
  expect(await names("key", "rm", "")).toBe("ci\tsk-berth-abcd\n");
  expect(await names("chat", "b")).toBe("berth/pilot\t\n");
});

test("a server that does not answer is no error at Tab", async () => {
  expect(await capture(["__complete", "--", "logs", ""])).toEqual({ code: 0, stdout: "", stderr: "" });
});

test("bash completes with it", ({ skip }) => {
  if (!has("bash")) skip("bash is not installed");
  const folder = mkdtempSync(join(tmpdir(), "berth-complete-"));
  const berth = join(folder, "berth");
  writeFileSync(
    berth,
    `#!/bin/sh\nprintf 'pilot\\tHEALTHY\\npilchard\\tFAILED\\n'\necho "$*" > ${folder}/asked\n`,
  );
  chmodSync(berth, 0o755);
  const lines = [
    completionScripts.bash,
    "COMP_WORDS=(berth logs pil)",
    "COMP_CWORD=2",
    "_berth",
    `printf '%s,' "\${COMPREPLY[@]}"`,
    `cat ${folder}/asked`,
  ];
  const { stdout, stderr } = spawnSync("bash", ["--norc", "-c", lines.join("\n")], {
    encoding: "utf8",
    env: { ...process.env, PATH: `${folder}:${process.env["PATH"]}` },
  });
  rmSync(folder, { recursive: true });
  expect([stdout, stderr]).toEqual(["pilot,pilchard,__complete -- logs pil\n", ""]);
});
