/**
 * `npm test`: everything a change must pass, with the counts at the end. `--long` adds the long forms; words that
 * follow are handed to vitest (`npm test -- e2e/openai`).
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
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
const longFuzz = isLong ? { BERTH_FUZZ_RUNS: "200" } : {};
const environment = {
  ...longFuzz,
  ...process.env,
  PATH: path,
  CI: "1",
  FORCE_COLOR: process.env["FORCE_COLOR"] ?? "0",
};

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
let runs = 0;

interface Run {
  readonly project: string;
  /** Beside the project, for people. */
  readonly where?: string;
  readonly settings?: Readonly<Record<string, string>>;
}

function wordsOf({ project }: Run, report: string): readonly string[] {
  const common = ["run", "--project", project, "--passWithNoTests", "--reporter=dot", "--reporter=json"];
  return [...common, `--outputFile.json=${report}`, ...filters];
}

function ended(title: string, isOk: boolean, report: string): void {
  if (!isOk) failed.push(title);
  reports.push(JSON.parse(readFileSync(report, "utf8")) as TestReport);
}

const titleOf = ({ project, where = "" }: Run): string => `tests: ${project}${where}`;
const newReport = (): string => join(out, `${(runs += 1)}.json`);

function runTests(run: Run): void {
  const report = newReport();
  const isOk = passesWith(run.settings ?? {}, titleOf(run), "vitest", ...wordsOf(run, report));
  ended(titleOf(run), isOk, report);
}

/** Beside what else runs; what it says is shown when it is waited for. */
function beginTests(run: Run): () => Promise<void> {
  const report = newReport();
  const log = `${report}.log`;
  const file = openSync(log, "w");
  const env = { ...environment, ...run.settings };
  const child = spawn("vitest", wordsOf(run, report), { cwd: top, env, stdio: ["ignore", file, file] });
  const exit = once(child, "exit") as Promise<[number | null]>;
  return async () => {
    const [status] = await exit;
    say(titleOf(run));
    process.stderr.write(readFileSync(log));
    ended(titleOf(run), status === 0, report);
  };
}

runTests({ project: "unit" });
// most of what a cluster does is waited for
const endSlurm = beginTests({ project: "slurm" });
runTests({ project: "e2e" });
await endSlurm();
if (isLong) runTests({ project: "long" });
if (lab?.kind === "up") lab.lower();

if (isLong && wantsLab) {
  const newer = raiseLab(top, newerSlurm, say);
  if (newer.kind === "missing") missing.push(`the lab of Slurm 24.11: ${newer.reason}`);
  else {
    runTests({ project: "slurm", where: " 24.11", settings: newerSlurm });
    newer.lower();
  }
}
rmSync(out, { recursive: true });

console.error(`\n${summarise(reports, missing, failed, top)}`);
process.exitCode = failed.length === 0 ? 0 : 1;
