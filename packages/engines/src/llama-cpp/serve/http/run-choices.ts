import type { GenerationResult, OnText } from "../core/generation.ts";
import type { Generation } from "../core/host.ts";

/** Runs the choices of a request side by side. When one fails or the client leaves, all end, and only then it rejects. */
export async function runChoices(
  generations: readonly Generation[],
  onText: (index: number) => OnText,
  signal: AbortSignal,
  onEnd: (index: number, result: GenerationResult) => Promise<void> = () => Promise.resolve(),
): Promise<GenerationResult[]> {
  const failure = new AbortController();
  const all = AbortSignal.any([signal, failure.signal]);
  const runs = generations.map(async (generation, index) => {
    try {
      const result = await generation.run(onText(index), all);
      await onEnd(index, result);
      return result;
    } catch (error) {
      failure.abort(error);
      throw error;
    }
  });
  await Promise.allSettled(runs);
  return Promise.all(runs);
}
