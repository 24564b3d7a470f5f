import { execFile } from "node:child_process";
import { mkdir, readdir, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { temporaryFolder } from "@berth/testing/temporary-folder";
import { expect, test } from "vitest";
import { localProfile } from "../test/local-profile.ts";
import { prepareSite } from "./prepare-site.ts";
import { repairScript } from "./repair-site.ts";

const run = promisify(execFile);

test("what half a transfer left goes by its very name, whatever line breaks that holds", async () => {
  await using folder = await temporaryFolder();
  const home = join(folder.path, "home");
  const odd = join(home, "models", ".part-\nmodels");
  await mkdir(odd, { recursive: true, mode: 0o700 });
  await writeFile(join(home, "models", "kept"), "");
  const longAgo = new Date(Date.now() - 3 * 86_400_000);
  await utimes(odd, longAgo, longAgo);
  const profile = { ...localProfile(home), home };
  const { stdout } = await run("/bin/sh", ["-c", repairScript({ profile, serviceIds: [] })]);
  expect(stdout).toContain("@step leftovers repaired half transfers removed: 1");
  expect(await readdir(join(home, "models"))).toEqual(["kept"]);
  expect((await stat(home)).mode & 0o777).toBe(0o700);
});

test.each(["home relative", "home /x\u001b]0;x\u0007", "home /x\r"])(
  "a cluster that tells %j as where things lie is not believed",
  async (line) => {
    const stdout = `@@berth ${line}\n@@berth cache /c\n`;
    const host = { run: async () => ({ exitCode: 0, stdout, stderr: "" }) };
    await expect(
      prepareSite(host, { home: "~/b", cache: "/c" }, new AbortController().signal),
    ).rejects.toMatchObject({ code: "unprocessable", param: "host" });
  },
);
