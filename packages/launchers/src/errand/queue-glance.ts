import type { Clock } from "@berth/std/clock";
import { untilAborted } from "@berth/std/until-aborted";
import type { SchedulerMeter } from "../cluster/index.ts";
import type { RemoteHost } from "../remote/remote-host.ts";
import { nameOf, queueScript } from "./errand-scripts.ts";
import { runUntilAnswered } from "./until-answered.ts";

/** What the scheduler said of an errand's Slurm job. */
export type SeenJob =
  | { readonly kind: "unasked" }
  /** It did not answer: nothing is concluded. */
  | { readonly kind: "unknown" }
  | { readonly kind: "none" }
  /** "PENDING (Priority)". */
  | { readonly kind: "known"; readonly words: string };

export interface QueueGlanceOptions {
  readonly host: Pick<RemoteHost, "run">;
  /** Shared with all who ask this cluster's scheduler. */
  readonly meter: SchedulerMeter;
  readonly clock: Clock;
  readonly homeId: string;
}

interface QueuedJob {
  readonly id: string;
  readonly state: string;
  readonly reason: string;
}

interface Answer {
  readonly askedAt: number;
  /** By the job's name; `undefined`: the scheduler did not answer. */
  readonly jobs: ReadonlyMap<string, readonly QueuedJob[]> | undefined;
}

export const glanceEveryMs = 30_000;
/** For what nothing is known of yet, or was missing when it was last looked for. */
const urgentEveryMs = 5_000;

export interface Question {
  readonly id: string;
  /** One of the name that Slurm is still clearing up after is this one, or of an order before. */
  readonly slurmJobId: string;
  /** What is older says nothing of it; by the clock that never jumps. */
  readonly since: number;
  readonly urgent: boolean;
}
const never = new AbortController().signal;

/** One cluster's queue, as far as errands go: one question for all of them, now and then, where the budget has room. */
export class QueueGlance {
  readonly #options: QueueGlanceOptions;
  #answer: Answer | undefined;
  #asking: Promise<void> | undefined;
  #lastAskedAt = Number.NEGATIVE_INFINITY;

  constructor(options: QueueGlanceOptions) {
    this.#options = options;
  }

  /** What is known of the errand's job; asks the scheduler when it is time to. Throws as RemoteHost does. */
  async jobOf({ id, slurmJobId, since, urgent }: Question, signal: AbortSignal): Promise<SeenJob> {
    const { clock, meter, homeId } = this.#options;
    const everyMs = urgent ? urgentEveryMs : glanceEveryMs;
    if (
      this.#asking === undefined &&
      clock.monotonic() - this.#lastAskedAt >= everyMs &&
      meter.takeToLook()
    ) {
      this.#asking = this.#ask().finally(() => {
        this.#asking = undefined;
      });
    }
    if (this.#asking !== undefined) await untilAborted(this.#asking, signal);
    if (this.#answer === undefined || this.#answer.askedAt < since) return { kind: "unasked" };
    if (this.#answer.jobs === undefined) return { kind: "unknown" };
    const jobs = this.#answer.jobs.get(nameOf({ homeId, id })) ?? [];
    const job =
      jobs.find((each) => each.id === slurmJobId) ?? jobs.find(({ state }) => state !== "COMPLETING");
    if (job === undefined) return { kind: "none" };
    const { state, reason } = job;
    return { kind: "known", words: reason === "" || reason === "None" ? state : `${state} (${reason})` };
  }

  async #ask(): Promise<void> {
    const { host, clock, homeId } = this.#options;
    const askedAt = clock.monotonic();
    this.#lastAskedAt = askedAt;
    // whoever follows an errand no longer must not spoil the answer for the others
    const { exitCode, stdout } = await runUntilAnswered(host, { script: queueScript(homeId) }, never);
    this.#answer = { askedAt, jobs: exitCode === 0 ? readQueue(stdout) : undefined };
  }
}

/** `12|PENDING|Priority|berth-h1-d1`, a line each; by the last. */
export function readQueue(text: string): ReadonlyMap<string, readonly QueuedJob[]> {
  const rows = text.split("\n").flatMap((line) => {
    const [, id, state, reason, name] = /^(\d+)\S*?\|([^|]*)\|(.*)\|([^|]+)$/.exec(line) ?? [];
    if (id === undefined || state === undefined || reason === undefined || name === undefined) return [];
    return [{ id, state, reason, name }];
  });
  return Map.groupBy(rows, ({ name }) => name);
}
