import { expect, test } from "vitest";
import { assertRawOptions } from "./raw-options.ts";

test.each([
  "--mail-type=END",
  "--exclusive",
  "--mem-per-cpu=2G",
  "--gpus=1",
  "--no-requeue",
  "--hold",
  "-H",
  "-c4",
  "-n2",
  "-L matlab",
  "--wckey=x",
  "--time-min=10",
  "-Lhome",
])("%s is sbatch's own business", (option) => {
  expect(() => assertRawOptions([option])).not.toThrow();
});

test.each([
  ["--job-name=x", "--job-name: Berth sets it itself"],
  ["-Jx", "--job-name"],
  ["-HJx", "--job-name"],
  ["--job-n=x", "--job-name"],
  ["--out=/tmp/x", "--output"],
  ["-o/tmp/x", "--output"],
  ["-e/tmp/x", "--error"],
  ["--chdir=/tmp", "--chdir"],
  ["--wrap=id", "--wrap"],
  ["--array=1-3", "--array"],
  ["--signal=USR1@5", "--signal"],
  ["--test-only", "--test-only"],
  ["--parsable", "--parsable"],
  ["-W", "--wait"],
  ["--export=NONE", "--export"],
  ["--comment=x", "--comment"],
  ["--open-mode=truncate", "--open-mode"],
  ["-Mother", "--clusters"],
  ["--partition=gpu", "--partition: say it as partition"],
  ["-pgpu", "say it as partition"],
  ["--mem=1G", "say it as memoryMiB"],
  ["--", "--wrap"],
])("%s is refused by name", (option, words) => {
  expect(() => assertRawOptions(["--mail-type=END", option])).toThrow(words);
});
