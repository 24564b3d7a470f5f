/** One answer for one value, a list for a list; nothing more is begun when the signal has aborted. */
export async function oneByOne(
  values: unknown,
  signal: AbortSignal,
  work: (value: unknown) => Promise<unknown>,
): Promise<unknown> {
  if (!Array.isArray(values)) return work(values);
  const answers: unknown[] = [];
  for (const value of values as readonly unknown[]) {
    signal.throwIfAborted();
    answers.push(await work(value));
  }
  return answers;
}
