/** The last values that a job yielded. */
export interface JobValues {
  readonly last: readonly unknown[];
  /** How many there were in all. */
  readonly count: number;
}

export const noValues: JobValues = { last: [], count: 0 };

const kept = 500;

export function withValue({ last, count }: JobValues, value: unknown): JobValues {
  return { last: [...last, value].slice(-kept), count: count + 1 };
}

/** As people read it: a text as it is, all else as JSON in a line. */
export function valueText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
