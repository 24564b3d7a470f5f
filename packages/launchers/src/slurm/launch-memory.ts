import type { Clock } from "@berth/std/clock";
import type { Observation } from "../launcher.ts";
import type { AccountingKnowledge, LaunchLogs } from "./knowledge.ts";
import type { LaunchPlace } from "./launch-place.ts";

/** What is remembered of a launch between two looks; all of it can be found again. */
export interface LaunchMemory {
  accounting: AccountingKnowledge;
  logs: LaunchLogs | undefined;
  /** A word for what was seen last, to notice a change. */
  seen: string;
  target: { readonly host: string; readonly port: number } | undefined;
  final: Extract<Observation, { kind: "exited" }> | undefined;
  usedAt: number;
}

const keptMs = 60 * 60_000;

/** A memory for each launch that was looked at within the last hour. */
export class LaunchMemories {
  readonly #clock: Clock;
  readonly #memories = new Map<string, LaunchMemory>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  of({ dir }: LaunchPlace): LaunchMemory {
    const usedAt = this.#clock.monotonic();
    const memory = this.#memories.get(dir) ?? {
      accounting: { row: undefined, failures: 0, words: undefined, since: 0 },
      logs: undefined,
      seen: "",
      target: undefined,
      final: undefined,
      usedAt,
    };
    memory.usedAt = usedAt;
    this.#memories.set(dir, memory);
    return memory;
  }

  /** Returns what was remembered. */
  forget({ dir }: LaunchPlace): LaunchMemory | undefined {
    const memory = this.#memories.get(dir);
    this.#memories.delete(dir);
    return memory;
  }

  forgetOld(): void {
    const before = this.#clock.monotonic() - keptMs;
    for (const [dir, { usedAt }] of this.#memories) if (usedAt < before) this.#memories.delete(dir);
  }
}
