/**
 * Runs `stop` at the first of the signals, then ends the process: 0 when it succeeded, 1 when it threw. A second signal
 * ends it at once, with the code shells know (128 + the signal's number).
 */
export function stopOn(
  signals: readonly ("SIGINT" | "SIGTERM")[],
  stop: (signal: string) => Promise<void>,
): void {
  let isStopping = false;
  const numbers = { SIGINT: 2, SIGTERM: 15 };
  for (const signal of signals) {
    process.on(signal, () => {
      if (isStopping) process.exit(128 + numbers[signal]);
      isStopping = true;
      stop(signal).then(
        () => process.exit(0),
        (error: unknown) => {
          process.stderr.write(`berth: stopping failed: ${(error as Error).stack}\n`);
          process.exit(1);
        },
      );
    });
  }
}
