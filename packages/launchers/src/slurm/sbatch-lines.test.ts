import { expect, test } from "vitest";
import { sbatchLine, sbatchOptions, warningSeconds, withSiteDefaults } from "./sbatch-lines.ts";

const plain = ["--output=job.log", "--open-mode=append", "--requeue"];

test("what a launch asks for stands in sbatch's own words, and what people give themselves is last", () => {
  const resources = {
    time: "2h",
    ntasksPerNode: 4,
    memoryMiB: 16_000,
    gres: "2",
    partition: "gpu",
    constraint: "a100&nvlink",
    account: "proj",
    qos: "high",
    nodes: 1,
    exclude: "g[1-4],c7",
    reservation: "course",
    sbatch: ["--mail-type=END"],
  };
  expect(sbatchOptions({ jobName: "berth:h:s-1", resources, leadSeconds: 45 })).toEqual([
    "--job-name=berth:h:s-1",
    "--comment=berth:h:s-1",
    ...plain,
    "--signal=B:TERM@45",
    "--time=2:00:00",
    "--nodes=1",
    "--ntasks-per-node=4",
    "--mem=16000M",
    "--gres=gpu:2",
    "--partition=gpu",
    "--constraint=a100&nvlink",
    "--account=proj",
    "--qos=high",
    "--exclude=g[1-4],c7",
    "--reservation=course",
    "--mail-type=END",
  ]);
});

test("what it does not ask for is the site's default, else the cluster's", () => {
  const site = { partition: "gpu", account: "proj", time: "1h" };
  expect(withSiteDefaults({ partition: "cpu", gres: "gpu:a100:2" }, site)).toEqual({
    partition: "cpu",
    account: "proj",
    time: "1h",
    gres: "gpu:a100:2",
  });
  expect(sbatchOptions({ jobName: "n", resources: {}, leadSeconds: 45 })).toEqual([
    "--job-name=n",
    "--comment=n",
    ...plain,
    "--signal=B:TERM@45",
    "--nodes=1",
  ]);
});

test.each([
  ["0", undefined],
  ["1", "--gres=gpu:1"],
  ["gpu:a100:2", "--gres=gpu:a100:2"],
])("gres %s is %s", (gres, option) => {
  const options = sbatchOptions({ jobName: "n", resources: { gres }, leadSeconds: 1 });
  expect(options.find((each) => each.startsWith("--gres"))).toBe(option);
});

test.each([
  [45, undefined, 45],
  [45, 3600, 45],
  // half of it, less the minute that Slurm may be early
  [600, 600, 240],
  [45, 120, undefined],
  [45, 60, undefined],
])("with %d s needed and %s s of wall time it is warned %s s before the end", (lead, wallTime, seconds) => {
  expect(warningSeconds(lead, wallTime)).toBe(seconds);
});

test.each([
  ["--mail-type=END", "#SBATCH --mail-type=END"],
  ["--constraint=[rack1|rack2]", "#SBATCH --constraint=[rack1|rack2]"],
  ['--mail-user="a" #b\\c', '#SBATCH "--mail-user=\\"a\\" #b\\\\c"'],
])("the line of %s is one word to sbatch", (option, line) => {
  expect(sbatchLine(option)).toBe(line);
});
