/** The part of vitest's JSON report that is counted. */
export interface TestReport {
  readonly testResults: readonly {
    readonly name: string;
    /** Milliseconds since 1970. */
    readonly startTime: number;
    readonly endTime: number;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages?: readonly string[] | null;
    }[];
  }[];
}

const slowSeconds = 20;
const mostSlow = 12;
/** Of why a test failed, where only the end of a run is kept. */
const mostCauseLines = 12;

/** The last lines of a test run: what did not run, by name; what failed; the counts. */
export function summarise(
  reports: readonly TestReport[],
  missing: readonly string[],
  failed: readonly string[],
  top: string,
): string {
  const tests = reports.flatMap((report) =>
    report.testResults.flatMap((file) =>
      file.assertionResults.map((one) => ({ ...one, file: file.name.replace(`${top}/`, "") })),
    ),
  );
  const of = (...statuses: string[]) => tests.filter((one) => statuses.includes(one.status));
  const skipped = of("skipped", "pending", "todo", "disabled");
  const broken = of("failed");
  const lines = [
    ...missing.map((what) => `MISSING ${what}`),
    ...skipped.map((one) => `SKIPPED ${one.file}: ${one.fullName}`),
    ...broken.map((one) => [`FAILED  ${one.file}: ${one.fullName}`, ...causeOf(one)].join("\n")),
    ...slowest(reports, top),
    ...failed.map((step) => `FAILED  step "${step}"`),
    `tests: ${of("passed").length} passed, ${broken.length} failed, ${skipped.length} skipped`,
    failed.length === 0 ? "all well" : "not well",
  ];
  return lines.join("\n");
}

/** What the test said, indented. */
function causeOf({ failureMessages }: { readonly failureMessages?: readonly string[] | null }): string[] {
  const lines = (failureMessages ?? []).flatMap((message) => message.split("\n").slice(0, mostCauseLines));
  return lines.map((line) => `        ${line.slice(0, 300)}`);
}

/** Files that take longest, for whoever wants the whole to be faster. */
function slowest(reports: readonly TestReport[], top: string): readonly string[] {
  return reports
    .flatMap(({ testResults }) => testResults)
    .map(({ name, startTime, endTime }) => ({ name, seconds: Math.round((endTime - startTime) / 1000) }))
    .filter(({ seconds }) => seconds >= slowSeconds)
    .toSorted((one, other) => other.seconds - one.seconds)
    .slice(0, mostSlow)
    .map(({ name, seconds }) => `SLOW    ${name.replace(`${top}/`, "")}: ${seconds} s`);
}
