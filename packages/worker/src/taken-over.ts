import type { StartOptions } from "./handler.ts";

type Host = (options: StartOptions<never>) => void;
interface Globals {
  [hostKey]?: Host;
}

/** Global, since the program may import a copy of this package of its own. */
const hostKey = Symbol.for("berth.worker.host");

/** From now on, what `start` is called with in this process is this host's to see to. */
export function takeOver(host: Host): void {
  (globalThis as Globals)[hostKey] = host;
}

/** Whether somebody else has taken the options and sees to the work. */
export function takenOver(options: StartOptions<never>): boolean {
  const host = (globalThis as Globals)[hostKey];
  host?.(options);
  return host !== undefined;
}
