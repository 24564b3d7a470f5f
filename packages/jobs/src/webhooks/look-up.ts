import type { LookupAddress } from "node:dns";
import { lookup } from "node:dns/promises";

/** All addresses of a name. The signal: nobody waits for it any more. */
export type LookUp = (host: string, signal: AbortSignal) => Promise<readonly LookupAddress[]>;

/**
 * Looks names up one at a time. The system has two threads for that, which stay occupied for as long as a name server is silent, and
 * calls of providers need them as well: whoever submits jobs could otherwise keep both.
 */
export function lookUpInTurn(
  ask: (host: string) => Promise<readonly LookupAddress[]> = systemAddresses,
): LookUp {
  let last: Promise<unknown> = Promise.resolve();
  return (host, signal) => {
    const found = last.then(() => {
      signal.throwIfAborted();
      return ask(host);
    });
    last = found.catch(() => undefined);
    return found;
  };
}

function systemAddresses(host: string): Promise<LookupAddress[]> {
  return lookup(host, { all: true });
}
