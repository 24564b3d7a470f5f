import type { Runtime } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import type { MachineProbe } from "./draft-service.ts";

const freshMs = 60_000;

/**
 * A machine that tells at once what could wrap an engine there, as it was when it was last asked; when that is a minute ago, it
 * is asked anew meanwhile. For replicas, whose callers wait: to ask takes longer than all else before a launch.
 */
export class KnownRuntimes {
  readonly #clock: Pick<Clock, "now">;
  #known: { readonly runtimes: readonly Runtime[] | undefined; readonly at: number } | undefined;

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  of(machine: MachineProbe): MachineProbe {
    if (machine.runtimes === undefined) return machine;
    const ask = async (signal: AbortSignal): Promise<readonly Runtime[] | undefined> => {
      const runtimes = await machine.runtimes?.(signal);
      this.#known = { runtimes, at: this.#clock.now() };
      return runtimes;
    };
    return {
      read: (profile, signal) => machine.read(profile, signal),
      runtimes: async (signal) => {
        const known = this.#known;
        if (known === undefined) return ask(signal);
        // whatever goes wrong is told to whoever asks next
        if (this.#clock.now() - known.at >= freshMs) ask(signal).catch(() => (this.#known = undefined));
        return known.runtimes;
      },
    };
  }
}
