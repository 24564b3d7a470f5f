import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  endScript,
  type Errand,
  explainScript,
  findScript,
  lookScript,
  submitScript,
} from "./errand-scripts.ts";

const errand: Errand = {
  id: "d1",
  homeId: "h1",
  home: "~/berth",
  argv: ["/home/me/node", "runner.mjs", "models", "download"],
  memoryMiB: 512,
  site: { host: "della", partition: "cpu", account: "chem", time: "2h", setup: "module load apptainer" },
};

test("the site's defaults are asked for, in sbatch's words", () => {
  const script = submitScript(errand, 4);
  expect(script).toContain("--job-name=berth-h1-d1 --comment=berth:h1:d1 --nodes=1 --ntasks=1 --mem=512M");
  expect(script).toContain("--partition=cpu --account=chem --time=2:00:00");
  expect(script).toContain('d="$HOME"/berth/errands/d1');
  expect(script).toContain("module load apptainer");
});

test("whatever the words hold, each script is one that a shell can read", () => {
  const word = fc.string({ unit: "binary", maxLength: 40 }).filter((text) => !text.includes("\0"));
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), word, (argv, home) => {
      const given = { ...errand, argv, home: `/${home}`, env: { NAME: home } };
      const scripts = [
        findScript(given),
        submitScript(given, 4),
        lookScript(given, 0),
        endScript(given),
        explainScript(given),
      ];
      for (const script of scripts) execFileSync("/bin/sh", ["-n"], { input: script, stdio: "pipe" });
    }),
    { numRuns: 30 },
  );
});
