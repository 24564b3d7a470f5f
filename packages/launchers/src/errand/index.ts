import { PassThrough, type Readable, type Writable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { BerthError } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import { untilAborted } from "@berth/std/until-aborted";
import type { SchedulerMeter } from "../cluster/index.ts";
import type { RemoteHost } from "../remote/remote-host.ts";
import { isSilence } from "../slurm/slurm-trouble.ts";
import {
  endScript,
  errandExits,
  type Errand,
  type ErrandPlace,
  forgetScript,
  lookScript,
} from "./errand-scripts.ts";
import { explainEnd } from "./explain-end.ts";
import { glanceEveryMs, QueueGlance, type SeenJob } from "./queue-glance.ts";
import { readLook } from "./read-look.ts";
import { runUntilAnswered } from "./until-answered.ts";
import { findErrand, submitErrand } from "./submit-errand.ts";

/** What is to be done; its words are only asked for when it is submitted, and not when it goes on already. */
export interface ErrandOrder extends Omit<Errand, "homeId" | "argv"> {
  readonly argv: (signal: AbortSignal) => Promise<readonly string[]>;
}

export { untilAnswered } from "./until-answered.ts";

/** An errand that goes on, as if its command were a process here. */
export interface ErrandProcess {
  /** Read to its end before the errand is submitted; not read when it goes on already. */
  readonly stdin: Writable;
  /** From the first byte on, whenever the errand was begun. */
  readonly stdout: Readable;
  /**
   * Resolves when the command is over. Rejects as `submitErrand` does, with `upstream_failed` when the Slurm job ended before
   * the command did, or as RemoteHost does: then the errand goes on, and is found again.
   */
  readonly ended: Promise<{ readonly exitCode: number; readonly stderr: string }>;
}

export interface ErrandsOptions {
  readonly host: Pick<RemoteHost, "run">;
  /** Shared with all who ask this cluster's scheduler. */
  readonly meter: SchedulerMeter;
  readonly clock: Clock;
  /** Of the server's home: two homes' errands on one cluster are never taken for each other. */
  readonly homeId: string;
}

/** Hears of the Slurm job in words: "Slurm job 12: PENDING (Priority)". */
type OnState = (words: string) => void;

const lookEveryMs = 2_000;
const never = new AbortController().signal;

/**
 * Commands that run once on a cluster, as Slurm jobs, and outlive whoever ordered them. A directory under the profile's home
 * holds each one's input, output and exit code, until its outcome has been told; the scheduler is asked only when the output
 * stands still.
 */
export class Errands {
  readonly #options: ErrandsOptions;
  readonly #queue: QueueGlance;
  /** Slurm jobs of errands whose outcome was not told yet, by errand. */
  readonly #jobs = new Map<string, string>();
  /** Submissions under way, which nobody's leaving cuts off: there would be a job that nobody knows of. */
  readonly #submissions = new Map<string, Promise<string>>();
  readonly #ends = new Map<string, Promise<void>>();
  /** Ends that were ever asked for, of whichever errand. */
  #endCount = 0;

  constructor(options: ErrandsOptions) {
    this.#options = options;
    this.#queue = new QueueGlance(options);
  }

  /** Begins the errand, or finds it. When the signal aborts it is no longer followed; it goes on. */
  run(order: ErrandOrder, onState: OnState, signal: AbortSignal): ErrandProcess {
    const stdin = new PassThrough();
    const stdout = new PassThrough();
    const ended = this.#follow(order, onState, { stdin, stdout }, signal).finally(() => {
      stdout.end();
    });
    ended.catch(() => undefined);
    return { stdin, stdout, ended };
  }

  /**
   * Ends the errand, also one that is just being submitted; one that is over, or never was, is already gone. Throws as
   * RemoteHost does.
   */
  async end(place: Omit<ErrandPlace, "homeId">, signal: AbortSignal): Promise<void> {
    this.#endCount += 1;
    // whatever becomes of it, it is found by its name
    const submission: Promise<unknown> = this.#submissions.get(place.id) ?? Promise.resolve();
    const end = submission
      .catch(() => undefined)
      .then(() => this.#end(place, signal))
      .finally(() => {
        // another one may have been asked for meanwhile
        if (this.#ends.get(place.id) === end) this.#ends.delete(place.id);
      });
    this.#ends.set(place.id, end);
    await end;
  }

  async #end(place: Omit<ErrandPlace, "homeId">, signal: AbortSignal): Promise<void> {
    const { host, meter, homeId } = this.#options;
    meter.record();
    this.#jobs.delete(place.id);
    const { exitCode, stderr } = await host.run(
      { script: endScript({ ...place, homeId }), lane: "stop" },
      signal,
    );
    if (exitCode === 0) return;
    const words = stderr.trim();
    if (exitCode === errandExits.submitting)
      throw new BerthError("host_unreachable", "it may still be being submitted: try again in a few minutes");
    throw exitCode === errandExits.scheduler || isSilence(words)
      ? new BerthError("host_unreachable", `it may go on, since Slurm does not answer: ${words || "in time"}`)
      : new BerthError("upstream_failed", `it could not be ended: ${words}`);
  }

  async #follow(
    order: ErrandOrder,
    onState: OnState,
    { stdin, stdout }: { readonly stdin: Readable; readonly stdout: PassThrough },
    signal: AbortSignal,
  ): Promise<{ exitCode: number; stderr: string }> {
    const { host, clock, homeId } = this.#options;
    const input = await buffer(stdin);
    const errand = { ...order, homeId };
    const slurmJobId = this.#jobs.get(order.id) ?? (await this.#begin(order, input, signal));
    this.#jobs.set(order.id, slurmJobId);
    const say = onChange(onState);
    say(`Slurm job ${slurmJobId}`);
    let offset = 0;
    let timesMissing = 0;
    let quietSince = clock.monotonic();
    // what the scheduler said before says nothing of it
    let since = quietSince;
    let urgent = true;
    let wasGone = false;
    for (;;) {
      const look = await readLook(host, lookScript(errand, offset), signal);
      offset += look.output.length;
      stdout.write(look.output);
      if (look.output.length > 0) {
        // what writes lives
        quietSince = since = clock.monotonic();
        urgent = false;
        continue;
      }
      // where its directory is not there, only the queue tells whether it goes on
      if (look.missing === "gone" && !wasGone) urgent = true;
      wasGone = look.missing === "gone";
      if (look.exitCode !== null) {
        await this.#forget(errand, signal);
        return { exitCode: look.exitCode, stderr: look.errors };
      }
      const isDue: boolean = urgent || clock.monotonic() - quietSince >= glanceEveryMs;
      const job: SeenJob = isDue
        ? await this.#queue.jobOf({ id: errand.id, slurmJobId, since, urgent }, signal)
        : { kind: "unasked" };
      if (job.kind === "known") say(`Slurm job ${slurmJobId}: ${job.words}`);
      // a home that is away keeps its last words from us
      if (look.missing === "away") timesMissing = 0;
      else if (job.kind === "none") timesMissing += 1;
      else if (job.kind !== "unasked") timesMissing = 0;
      if (timesMissing > 1) {
        const words = look.missing === "gone" ? "its directory is gone" : look.errors;
        const error = await explainEnd(errand, slurmJobId, words, this.#options, signal);
        await this.#forget(errand, signal);
        throw error;
      }
      if (job.kind === "known" || job.kind === "none") urgent = job.kind === "none";
      await clock.sleep(lookEveryMs, signal);
      // its last words may be on their way through a network file system: it must be missing in another answer too
      if (job.kind === "none") since = clock.monotonic();
    }
  }

  /** Finds it, or submits it. What it is made of is only seen to where there is none: that may fail, and it goes on. */
  async #begin({ argv, ...order }: ErrandOrder, input: Buffer, signal: AbortSignal): Promise<string> {
    const place = { ...order, homeId: this.#options.homeId };
    let words: readonly string[] | undefined;
    for (;;) {
      const endsBefore = this.#endCount;
      const earlier: Promise<unknown>[] = [this.#submissions, this.#ends].flatMap(
        (works) => works.get(order.id) ?? [],
      );
      await untilAborted(Promise.allSettled(earlier), signal);
      const found = await findErrand(place, this.#options, signal);
      if (found !== undefined) return found;
      words ??= await argv(signal);
      signal.throwIfAborted();
      // what somebody is ending is not begun anew at the same time
      if (this.#endCount === endsBefore) break;
    }
    const errand = { ...place, argv: words };
    const submission = submitErrand(errand, this.#options, input, never).finally(() =>
      this.#submissions.delete(order.id),
    );
    this.#submissions.set(order.id, submission);
    return untilAborted(submission, signal);
  }

  /** Its outcome has been heard: the next order of the same begins anew. What cannot be removed changes no outcome. */
  async #forget(errand: ErrandPlace, signal: AbortSignal): Promise<void> {
    this.#jobs.delete(errand.id);
    await runUntilAnswered(this.#options.host, { script: forgetScript(errand) }, signal);
  }
}

function onChange(tell: OnState): OnState {
  let last: string | undefined;
  return (words) => {
    if (words === last) return;
    last = words;
    tell(words);
  };
}
