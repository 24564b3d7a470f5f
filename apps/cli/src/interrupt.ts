import { CliError } from "./exit.ts";

/** Does the work until Ctrl-C; then its signal aborts with an error that says what is left behind. */
export async function untilInterrupted<T>(
  message: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const stop = (): void => controller.abort(new CliError("interrupted", message));
  process.once("SIGINT", stop);
  try {
    return await work(controller.signal);
  } finally {
    process.removeListener("SIGINT", stop);
  }
}
