/**
 * `npm test`: everything a change must pass, with the counts at the end. `--long` adds the long forms; words that
 * follow are handed to vitest (`npm test -- e2e/openai`).
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installPackages } from "./debian-packages.ts";
import { newerSlurm, raiseLab } from "./lab.ts";
import { installPythonClient } from "./python-client.ts";
import { summarise, type TestReport } from "./test-summary.ts";

const top = join(import.meta.dirname, "..");
const argv = process.argv.slice(2);
const isLong = argv.includes("--long");
const filters = argv.filter((word) => word !== "--long");
const say = (text: string): void => console.error(`\n── ${text}`);

const path = [join(top, "node_modules/.bin"), process.env["PATH"]].join(":");
const environment = { ...process.env, PATH: path, CI: "1", FORCE_COLOR: process.env["FORCE_COLOR"] ?? "0" };

function passes(title: string, program: string, ...args: string[]): boolean {
  return passesWith({}, title, program, ...args);
}

function passesWith(
  settings: Readonly<Record<string, string>>,
  title: string,
  program: string,
  ...args: string[]
): boolean {
  say(title);
  const env = { ...environment, ...settings };
  const { status, error } = spawnSync(program, args, { cwd: top, env, stdio: "inherit" });
  if (error !== undefined) console.error(error.message);
  return status === 0;
}

const missing = [...installPackages(say)];
const noPython = installPythonClient(top, say, isLong);
if (noPython !== undefined) missing.push(`Python's environments: ${noPython}`);

const wantsLab = filters.length === 0 || filters.some((word) => word.includes("e2e/slurm") || word === "e2e");
const lab = wantsLab ? raiseLab(top, {}, say) : undefined;
if (lab?.kind === "missing") missing.push(`the Slurm lab: ${lab.reason}`);

const failed: string[] = [];
if (filters.length === 0) {
  const checks: [string, string, ...string[]][] = [
    ["format", "oxfmt", "--check"],
    ["lint", "oxlint"],
    ["types", "tsc"],
    ["types of the console", "tsc", "-p", "apps/web"],
    ["dead code", "knip"],
  ];
  for (const [title, program, ...args] of checks) if (!passes(title, program, ...args)) failed.push(title);
}

const out = mkdtempSync(join(tmpdir(), "berth-test-"));
const reports: TestReport[] = [];
function runTests(
  project: string,
  settings: Readonly<Record<string, string>> = {},
  where = "",
  only: readonly string[] = filters,
): void {
  const title = `tests: ${project}${where}`;
  const report = join(out, `${reports.length}.json`);
  const words = ["run", "--project", project, "--passWithNoTests", "--reporter=dot", "--reporter=json"];
  const ok = passesWith(settings, title, "vitest", ...words, `--outputFile.json=${report}`, ...only);
  if (!ok) failed.push(title);
  reports.push(JSON.parse(readFileSync(report, "utf8")) as TestReport);
}
for (const project of isLong ? ["unit", "e2e", "long"] : ["unit", "e2e"]) runTests(project);
if (lab?.kind === "up") lab.lower();

if (isLong && wantsLab) {
  const newer = raiseLab(top, newerSlurm, say);
  if (newer.kind === "missing") missing.push(`the lab of Slurm 24.11: ${newer.reason}`);
  else {
    const ofSlurm = filters.filter((word) => word.includes("e2e/slurm"));
    runTests("e2e", newerSlurm, " on Slurm 24.11", ofSlurm.length === 0 ? ["e2e/slurm"] : ofSlurm);
    newer.lower();
  }
}
rmSync(out, { recursive: true });

console.error(`\n${summarise(reports, missing, failed, top)}`);
process.exitCode = failed.length === 0 ? 0 : 1;
