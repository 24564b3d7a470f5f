import { HandlerError, logger } from "@berth/worker";

interface Input {
  readonly count: number;
  readonly end?: "exit" | "throw";
}

export const concurrency = 4;

/** Counts, or comes to the end that it is asked for. */
export async function* handler(
  { input }: { readonly input: Input },
  { progress }: { readonly progress: (done: number, total: number) => void },
) {
  if (input.end === "exit") process.exit(3);
  if (input.end === "throw") throw new HandlerError("no_count", "there is nothing to count", { status: 422 });
  logger.info("counts", { caller: true });
  for (let number = 0; number < input.count; number += 1) {
    progress(number, input.count);
    yield await Promise.resolve({ number });
  }
}
