import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

interface Input {
  readonly n: number;
  readonly ms: number;
  /** How many values it yields; 0: it returns one. */
  readonly values: number;
}

export const concurrency = 8;

/** Each attempt says by its nonce which it is. */
export async function handler({ input }: { readonly input: Input }) {
  const nonce = randomUUID();
  if (input.values > 0) return stream(input, nonce);
  await sleep(input.ms);
  return { n: input.n, square: input.n * input.n, nonce };
}

async function* stream({ n, ms, values }: Input, nonce: string) {
  for (let value = 0; value < values; value += 1) {
    await sleep(ms);
    yield { n, value, nonce };
  }
}
