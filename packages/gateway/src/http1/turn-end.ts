/** Has something to send. */
export interface Flushable {
  /** Called once for each `atTurnEnd`; it must not throw. */
  flush(): void;
}

let waiting: Flushable[] = [];

/**
 * Flushes it when what the event loop has found to do now is done. Sent one after the other, bytes wake each
 * process that waits for them once, and not once each time.
 */
export function atTurnEnd(flushable: Flushable): void {
  if (waiting.push(flushable) === 1) setImmediate(flushAll);
}

function flushAll(): void {
  const all = waiting;
  waiting = [];
  for (const one of all) one.flush();
}
