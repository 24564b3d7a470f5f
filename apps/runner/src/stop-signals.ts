/** What the outside wants of this process. */
export interface StopSignals {
  /** Aborts at the first SIGTERM or SIGINT: finish what is under way. */
  readonly stopping: AbortSignal;
  /** Aborts at the second: finish nothing. */
  readonly hurrying: AbortSignal;
}

export function listenForStop(source: NodeJS.Process): StopSignals {
  const stopping = new AbortController();
  const hurrying = new AbortController();
  const onSignal = (): void => {
    (stopping.signal.aborted ? hurrying : stopping).abort(new Error("the runner was asked to stop"));
  };
  source.on("SIGTERM", onSignal);
  source.on("SIGINT", onSignal);
  // the terminal we were started from is none of our business
  source.on("SIGHUP", () => undefined);
  return { stopping: stopping.signal, hurrying: hurrying.signal };
}

/** Resolves when the signal aborts, never if it does not. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
