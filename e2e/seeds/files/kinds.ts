import { logger, start } from "@berth/worker";

interface Input {
  readonly kind: keyof typeof kinds;
  readonly count: number;
  /** What it calls and waits at. */
  readonly gate?: string;
}

const kinds = {
  plain: ({ count }: Input) => ({ output: count }),
  async: async ({ count, gate }: Input, signal: AbortSignal) => {
    if (gate !== undefined) await fetch(gate, { signal });
    return { output: count };
  },
  *generator({ count }: Input) {
    for (let number = 0; number < count; number += 1) yield number;
  },
  async *asyncGenerator({ count, gate }: Input, signal: AbortSignal) {
    for (let number = 0; number < count; number += 1) yield await Promise.resolve(number);
    if (gate !== undefined) await fetch(gate, { signal });
  },
};

logger.setLevel("debug");

start<Input>({
  // what it returns is a value, a promise, a generator or an async generator
  handler({ input, meta: { requestId } }, { signal }) {
    logger.debug(`handles ${input.kind}`, { requestId, caller: true });
    return kinds[input.kind](input, signal);
  },
  concurrencyModifier: () => 2,
});
