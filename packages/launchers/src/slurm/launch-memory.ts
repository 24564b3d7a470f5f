import type { Clock } from "@berth/std/clock";
import type { Observation } from "../launcher.ts";
import type { AccountingKnowledge, LaunchLogs } from "./knowledge.ts";
import type { LaunchPlace } from "./launch-place.ts";

/** What is remembered of a launch between two looks; all of it can be found again. */
export interface LaunchMemory {
  readonly jobName: string;
  /** How often the job had been put back: what is remembered of an end is of this life. */
  requeues: number;
  /** When it was first seen to have begun; seconds by the cluster's clock. */
  startSeenAt: number | undefined;
  accounting: AccountingKnowledge;
  logs: LaunchLogs | undefined;
  /** When its end was first noticed, and in which look. */
  noticed: { readonly at: number; readonly look: number } | undefined;
  /** What its last look asked for, whoever looks next. */
  wantsQueue: boolean;
  wantsAccounting: boolean;
  /** A word for what was seen last, to notice a change. */
  seen: string;
  target: { readonly host: string; readonly port: number } | undefined;
  /** No way is open that an earlier server may have left. */
  isShut: boolean;
  final: Extract<Observation, { kind: "exited" }> | undefined;
  usedAt: number;
}

const keptMs = 60 * 60_000;
const unasked = { row: undefined, askedAt: undefined, failures: 0, words: undefined } as const;

/** The job was put back into the queue: what was learned of the end of its life before does not count. */
export function noteLife(memory: LaunchMemory, requeues: number): void {
  if (requeues <= memory.requeues) return;
  memory.requeues = requeues;
  memory.startSeenAt = undefined;
  memory.accounting = { ...unasked, since: memory.accounting.since };
  memory.logs = undefined;
  memory.noticed = undefined;
}

/** A memory for each launch that was looked at within the last hour. */
export class LaunchMemories {
  readonly #clock: Clock;
  readonly #memories = new Map<string, LaunchMemory>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  of({ dir, jobName }: LaunchPlace): LaunchMemory {
    const usedAt = this.#clock.monotonic();
    const memory = this.#memories.get(dir) ?? {
      jobName,
      requeues: 0,
      startSeenAt: undefined,
      accounting: { ...unasked, since: 0 },
      logs: undefined,
      noticed: undefined,
      wantsQueue: false,
      wantsAccounting: false,
      seen: "",
      target: undefined,
      isShut: false,
      final: undefined,
      usedAt,
    };
    memory.usedAt = usedAt;
    this.#memories.set(dir, memory);
    return memory;
  }

  get wantQueue(): boolean {
    return [...this.#memories.values()].some(({ wantsQueue }) => wantsQueue);
  }

  /** Those whose ends accounting is to explain. */
  get unexplained(): readonly LaunchMemory[] {
    return [...this.#memories.values()].filter(({ wantsAccounting }) => wantsAccounting);
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
