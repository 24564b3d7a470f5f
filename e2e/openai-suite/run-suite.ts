import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProgram } from "../run-program.ts";
import type { SuiteSources } from "./sources.ts";

export interface SuiteResult {
  readonly passed: number;
  /** Each with the first line of its reason. */
  readonly failed: readonly string[];
}

interface JestReport {
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** The generated half of openai-node's tests, unchanged, against an address that ends with `/v1`. */
export async function runSuite({ folder }: SuiteSources, url: string): Promise<SuiteResult> {
  const out = await mkdtemp(join(tmpdir(), "berth-openai-suite-"));
  try {
    const report = join(out, "report.json");
    const jest = join(folder, "node_modules/jest/bin/jest.js");
    const ended = await runProgram(
      [process.execPath, jest, "--runInBand", "--json", `--outputFile=${report}`],
      { cwd: folder, environment: { TEST_API_BASE_URL: url, OPENAI_TEST_SUITE: "generated" } },
    );
    const text = await readFile(report, "utf8").catch(() => undefined);
    if (text === undefined) throw new Error(`jest ended with ${ended.exitCode}: ${ended.stderr}`);
    return read(JSON.parse(text) as JestReport);
  } finally {
    await rm(out, { recursive: true });
  }
}

function read({ numPassedTests, testResults }: JestReport): SuiteResult {
  const failed = testResults.flatMap(({ assertionResults, message }) => {
    const failures = assertionResults.filter(({ status }) => status === "failed");
    // a file that cannot be loaded has no tests
    if (failures.length === 0) return assertionResults.length === 0 && message !== "" ? [message] : [];
    return failures.map(
      ({ fullName, failureMessages }) => `${fullName}: ${failureMessages[0]?.split("\n", 1)[0]}`,
    );
  });
  return { passed: numPassedTests, failed };
}

/** Every model that the suite's tests name. */
export async function modelsNamed({ folder }: SuiteSources): Promise<readonly string[]> {
  const tests = join(folder, "tests/api-resources");
  const files = (await readdir(tests, { recursive: true })).filter((name) => name.endsWith(".test.ts"));
  const texts = await Promise.all(files.map((name) => readFile(join(tests, name), "utf8")));
  const named = texts.flatMap((text) =>
    [...text.matchAll(/\bmodel: '([^']+)'/g)].map(([, name = ""]) => name),
  );
  return [...new Set(named)].toSorted();
}
