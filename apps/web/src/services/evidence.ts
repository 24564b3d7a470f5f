/** An event's evidence as a page shows it: short facts beside each other, lines of a log below. */
export function evidenceLines(evidence: Readonly<Record<string, unknown>>): {
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly log: readonly string[];
} {
  const facts: (readonly [string, string])[] = [];
  const log: string[] = [];
  for (const [name, value] of Object.entries(evidence)) {
    if (value === null || value === undefined || value === "") continue;
    if (Array.isArray(value) && value.every((line) => typeof line === "string")) log.push(...value);
    else facts.push([spaced(name), typeof value === "string" ? value : JSON.stringify(value)]);
  }
  return { facts, log };
}

/** exitCode as "exit code". */
function spaced(name: string): string {
  return name.replaceAll(
    /([a-z])([A-Z])/g,
    (_, before: string, after: string) => `${before} ${after.toLowerCase()}`,
  );
}
