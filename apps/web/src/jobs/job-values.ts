/** The last values that a job yielded. */
export interface JobValues {
  readonly last: readonly unknown[];
  /** How many there were since it began anew. */
  readonly count: number;
  /** How many events were heard of in all, beginnings anew among them: what a stream is resumed behind. */
  readonly heard: number;
}

export const noValues: JobValues = { last: [], count: 0, heard: 0 };

const kept = 500;

export function withValue({ last, count, heard }: JobValues, value: unknown): JobValues {
  return { last: [...last, value].slice(-kept), count: count + 1, heard: heard + 1 };
}

/** The job began anew: what came before is void, but was heard. */
export function restarted({ heard }: JobValues): JobValues {
  return { ...noValues, heard: heard + 1 };
}

/** As people read it: a text as it is, all else as JSON in a line. */
export function valueText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
