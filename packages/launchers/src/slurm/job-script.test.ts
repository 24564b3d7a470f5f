import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { jobScript, type JobScript } from "./job-script.ts";
import { sbatchOptions } from "./sbatch-lines.ts";

const plain: JobScript = {
  options: sbatchOptions({
    jobName: "berth:home-1:svc-1-1",
    resources: {
      time: "2h",
      gres: "gpu:a100:2",
      memoryMiB: 32_000,
      partition: "gpu",
      sbatch: ["--mail-type=END"],
    },
    leadSeconds: 45,
  }),
  setup: undefined,
  homeId: "home-1",
  launchId: "svc-1-1",
  home: "/scratch/ada/berth",
  nodePath: "runtime/node-0123456789abcdef/bin/node",
  runnerPath: "runtime/runner-fedcba9876543210/runner.mjs",
};
const strange: JobScript = {
  ...plain,
  options: sbatchOptions({ jobName: "berth:home-1:svc-1-1", resources: {}, leadSeconds: 45 }),
  setup: "module load node/24 && export X='a b'",
  home: "~/it's \"Ada's\" $(hôme)",
  nodePath: "/opt/my node/bin/node",
};

test.each([
  ["plain", plain],
  ["strange", strange],
])(
  "the %s script is as it stands in golden, and shells and shellcheck find nothing in it",
  async (name, given) => {
    const script = jobScript(given);
    await expect(script).toMatchFileSnapshot(`golden/${name}.job.sh`);
    expect(spawnSync("bash", ["-n"], { input: script, encoding: "utf8" })).toMatchObject({
      status: 0,
      stderr: "",
    });
    const checked = spawnSync("shellcheck", ["--shell=bash", "--severity=warning", "-"], {
      input: script,
      encoding: "utf8",
    });
    // where there is no shellcheck, there is no status
    if (checked.error === undefined) expect(checked).toMatchObject({ status: 0, stdout: "" });
  },
);

const pathPart = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 30 })
  .filter((text) => !/[\p{Cc}/]/u.test(text));

test("whatever the home is called, the script's shell sees exactly that", () => {
  fc.assert(
    fc.property(pathPart, (part) => {
      const script = jobScript({ ...plain, home: `/x/${part}` });
      const line = script.split("\n").find((each) => each.startsWith("berth_home="));
      const { stdout } = spawnSync("bash", ["-c", `${line}\nprintf %s "$berth_home"`], { encoding: "utf8" });
      expect(stdout).toBe(`/x/${part}`);
    }),
    { numRuns: 60 },
  );
});

test("the script holds no secret, and no line of it but the setup comes from a person unquoted", () => {
  const script = jobScript({ ...plain, home: "/x/$(touch /tmp/pwned)" });
  expect(script).toContain("berth_home='/x/$(touch /tmp/pwned)'");
});

test("a set-up line that looks like an option of sbatch's stands where sbatch reads none any more", () => {
  const lines = jobScript({ ...strange, setup: "#SBATCH --output=/tmp/log" }).split("\n");
  const firstCommand = lines.findIndex((line) => line !== "" && !line.startsWith("#"));
  expect(lines.indexOf("#SBATCH --output=/tmp/log")).toBeGreaterThan(firstCommand);
});
