let go = Promise.withResolvers<void>();

export const concurrency = 4;

interface Input {
  readonly values?: number;
  readonly go?: true;
}

/** Yields its first value, and the others when another call says so; without `values` it is plain. */
export function handler(
  { input }: { readonly input: Input },
  { progress }: { readonly progress: (done: number, total: number, message?: string) => void },
) {
  if (input.values !== undefined) return yielded(input.values, progress);
  if (input.go === true) go.resolve();
  return { plain: [1, 2], large: 1e21 };
}

async function* yielded(count: number, progress: (done: number, total: number, message?: string) => void) {
  go = Promise.withResolvers();
  for (let number = 0; number < count; number += 1) {
    progress(number, count, "patient");
    yield { number };
    await go.promise;
  }
}
