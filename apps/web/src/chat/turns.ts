/** Who may go in when there is room for few. */
export interface Turns {
  /**
   * Resolves to the way out, which must be taken, as soon as there is room; those who wait go in as they came.
   * `onWait` hears when there is none yet. Rejects with the signal's reason.
   */
  readonly enter: (signal: AbortSignal, onWait: () => void) => Promise<() => void>;
}

export function createTurns(atOnce: number): Turns {
  let inside = 0;
  const waiting = new Set<() => void>();
  const leave = (): void => {
    inside -= 1;
    const [next] = waiting;
    next?.();
  };
  return {
    enter: async (signal, onWait) => {
      signal.throwIfAborted();
      if (inside >= atOnce) {
        onWait();
        await new Promise<void>((resolve, reject) => {
          const goIn = (): void => {
            waiting.delete(goIn);
            signal.removeEventListener("abort", giveUp);
            inside += 1;
            resolve();
          };
          const giveUp = (): void => {
            waiting.delete(goIn);
            reject(signal.reason as Error);
          };
          waiting.add(goIn);
          signal.addEventListener("abort", giveUp, { once: true });
        });
      } else inside += 1;
      return leave;
    },
  };
}
