import { setTimeout as sleep } from "node:timers/promises";

interface Input {
  readonly n: number;
  readonly fault?: string;
}

export const concurrency = 4;

/** Goes wrong as it is asked to; otherwise tells what time it believes it is. */
export async function handler({
  input,
  meta,
}: {
  readonly input: Input;
  readonly meta: { attempt: number };
}) {
  switch (input.fault) {
    case "throws":
      throw new RangeError("there is no such voice");
    case "hangs":
      return new Promise(() => undefined);
    case "exits":
      return process.exit(7);
    case "exits once":
      return meta.attempt === 1 ? process.exit(7) : { n: input.n, attempt: meta.attempt };
    case "prints":
      for (let line = 0; line < 1600; line += 1) {
        const isFull = !process.stdout.write(`${"x".repeat(64 * 1024 - 1)}\n`);
        if (isFull) await new Promise((resolve) => process.stdout.once("drain", resolve));
      }
      return { n: input.n };
    case "takes 7 s":
      await sleep(7_000);
      return { n: input.n, now: Date.now() };
    case "has a BigInt":
      return { n: 1n };
    case "leaks": {
      const kept: number[][] = [];
      for (;;) kept.push(Array.from<number>({ length: 1_000_000 }).fill(kept.length + 0.5));
    }
    case "leaves 80 MiB":
      return "x".repeat(80 * 2 ** 20);
    case "leaves 12 MiB":
      return "x".repeat(12 * 2 ** 20);
    case undefined:
    default:
      return { n: input.n, now: Date.now() };
  }
}
