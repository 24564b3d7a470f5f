import type { ChatChunk, TextCompletion } from "../openai/shapes.ts";
import type { ProviderAnswer } from "./provider.ts";
import { ProviderFailure } from "./provider-failure.ts";

/** A stream as an answer: resolves when its first chunk is there. Rejects with ProviderFailure when it ends before. */
export async function streamOf(chunks: AsyncGenerator<ChatChunk | TextCompletion>): Promise<ProviderAnswer> {
  return { kind: "stream", chunks: await begun(chunks) };
}

/** Resolves when the first has come. Rejects with ProviderFailure when none does. */
export async function begun<T>(parts: AsyncGenerator<T>): Promise<AsyncGenerator<T>> {
  const first = await parts.next();
  if (first.done === true)
    throw new ProviderFailure({ kind: "failed", message: "the answer ended before it began" });
  return withFirst(first.value, parts);
}

/** The first again, and then the others. Whoever leaves early closes the stream below. */
async function* withFirst<T>(first: T, others: AsyncGenerator<T>): AsyncGenerator<T> {
  try {
    yield first;
    yield* others;
  } finally {
    await others.return(undefined);
  }
}

/** An answer, or an event of one. Throws ProviderFailure for what is no JSON object. */
export function parseAnswer(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // told below
  }
  const message = `something came that is no JSON object: ${text.slice(0, 200)}`;
  throw new ProviderFailure({ kind: "failed", message });
}
