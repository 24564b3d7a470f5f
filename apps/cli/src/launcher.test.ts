import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const launcher = join(import.meta.dirname, "../../../bin/berth");
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "berth-launcher-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function version(command: readonly [string, ...string[]], path = process.env["PATH"]) {
  const [program, ...words] = command;
  const { status, stdout, stderr } = spawnSync(program, [...words, "--version"], {
    cwd: folder,
    encoding: "utf8",
    env: { PATH: path, HOME: folder },
  });
  return { status, stdout, stderr };
}

test("the checkout's launcher runs the command, through links too", () => {
  const links = join(folder, "links");
  mkdirSync(links);
  symlinkSync(launcher, join(folder, "absolute"));
  symlinkSync("../absolute", join(links, "relative"));
  const expected = { status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: "" };
  for (const command of [[launcher], [join(links, "relative")], ["sh", "links/relative"]] as const) {
    expect(version(command)).toEqual(expected);
  }
});

test("a Node that is too old is refused with what gets a newer one", () => {
  const checkout = join(folder, "checkout");
  const bin = join(folder, "bin");
  mkdirSync(join(checkout, "bin"), { recursive: true });
  mkdirSync(bin);
  spawnSync("cp", [launcher, join(checkout, "bin/berth")]);
  writeFileSync(join(bin, "node"), "#!/bin/sh\necho v20.20.2\n");
  chmodSync(join(bin, "node"), 0o755);
  expect(version([join(checkout, "bin/berth")], `${bin}:/usr/bin:/bin`)).toEqual({
    status: 1,
    stdout: "",
    stderr: "berth: Node 24 or newer is needed; 'npm start' in the checkout gets it\n",
  });
});
