/** The part of vitest's JSON report that is counted. */
export interface TestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

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
    ...broken.map((one) => `FAILED  ${one.file}: ${one.fullName}`),
    ...failed.map((step) => `FAILED  step "${step}"`),
    `tests: ${of("passed").length} passed, ${broken.length} failed, ${skipped.length} skipped`,
    failed.length === 0 ? "all well" : "not well",
  ];
  return lines.join("\n");
}
