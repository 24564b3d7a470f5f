import type { Clock } from "@berth/std/clock";
import type { SchedulerMeter } from "../cluster/index.ts";
import type { LaunchRef, Observation } from "../launcher.ts";
import type { RemoteHost } from "../remote/remote-host.ts";
import { ClusterClock } from "./cluster-clock.ts";
import { jobFacts } from "./job-facts.ts";
import { judge, type Judgement, type Sight } from "./judge.ts";
import type { Knowledge } from "./knowledge.ts";
import { logsCommand, readLogs } from "./launch-logs.ts";
import { LaunchMemories, noteLife, type LaunchMemory } from "./launch-memory.ts";
import { launchPlaceOf, type LaunchPlace } from "./launch-place.ts";
import { LaunchReach } from "./launch-reach.ts";
import { lookCommand, type AccountingQuestion } from "./look-script.ts";
import { readLook, type QueueRow, type SeenLook } from "./read-look.ts";
import type { PlaceProgram } from "./place-program.ts";
import { SchedulerTurns } from "./scheduler-turns.ts";
import { keepVerdictCommand } from "./verdict.ts";

export interface ClusterWatchOptions {
  readonly host: RemoteHost;
  /** Shared with all who ask this cluster's scheduler. */
  readonly meter: SchedulerMeter;
  readonly clock: Clock;
  readonly program: PlaceProgram;
}

interface Watched {
  readonly ref: LaunchRef;
  readonly place: LaunchPlace;
  readonly memory: LaunchMemory;
}

/** Records are believed from a while before the oldest launch on: clocks of two of the cluster's machines may differ. */
const accountingSlackSeconds = 600;

/**
 * Looks at a cluster's launches: one command a time for all of them, their files always and the scheduler when it is
 * due. Launches that have just ended cost two more, once, for their last words.
 */
export class ClusterWatch {
  readonly #options: ClusterWatchOptions;
  readonly #clusterClock = new ClusterClock();
  readonly #memories: LaunchMemories;
  readonly #reach: LaunchReach;
  readonly #turns: SchedulerTurns;
  /** Looks are counted: clocks may jump. */
  #lookCount = 0;
  #queue: { look: number; askedAt: number; rows: ReadonlyMap<string, QueueRow> } | undefined;
  #places: ReadonlyMap<string, number> = new Map();
  #trouble: string | undefined;

  constructor(options: ClusterWatchOptions) {
    this.#options = options;
    this.#memories = new LaunchMemories(options.clock);
    this.#reach = new LaunchReach(options);
    this.#turns = new SchedulerTurns(options.meter, options.clock);
  }

  /** Something was submitted: the scheduler has news. */
  noteChange(): void {
    this.#turns.noteChange();
  }

  /** A time of the cluster's, which says what its clock shows now. */
  toOurMs(seconds: number, clusterNow: number): number {
    this.#clusterClock.note(clusterNow, this.#options.clock.now());
    return this.#clusterClock.toOurMs(seconds);
  }

  async observe(refs: readonly LaunchRef[], signal: AbortSignal): Promise<Map<string, Observation>> {
    const seen = new Map<string, Observation>();
    const watched: Watched[] = [];
    for (const ref of refs) {
      try {
        const place = launchPlaceOf(ref);
        const memory = this.#memories.of(place);
        if (memory.final === undefined) watched.push({ ref, place, memory });
        else seen.set(ref.launchId, memory.final);
      } catch (error) {
        seen.set(ref.launchId, unknown(error));
      }
    }
    try {
      for (const [id, observation] of await this.#look(watched, signal)) seen.set(id, observation);
    } catch (error) {
      for (const { ref } of watched) seen.set(ref.launchId, unknown(error));
    }
    this.#memories.forgetOld();
    return seen;
  }

  async #look(
    watched: readonly Watched[],
    signal: AbortSignal,
  ): Promise<readonly (readonly [string, Observation])[]> {
    if (watched.length === 0) return [];
    this.#lookCount += 1;
    const look = await this.#ask(watched, signal);
    let judgements = watched.map((one) => ({ one, known: this.#knowledge(one, look) })).map(judged);
    const silent = judgements.filter(({ judgement }) => judgement.wantsLogs === true).map(({ one }) => one);
    if (silent.length > 0) {
      await this.#readLogs(silent, signal);
      judgements = judgements.map(({ one }) => ({ one, known: this.#knowledge(one, look) })).map(judged);
    }
    const now = { at: this.#options.clock.monotonic(), look: this.#lookCount };
    for (const { one, judgement } of judgements) noteWishes(one.memory, judgement, now);
    const seen = await Promise.all(
      judgements.map(async ({ one, known, judgement }) => {
        this.#noteSeen(one, judgement);
        return {
          one,
          judgement,
          observation: await this.#observationOf(one, known, judgement.sight, signal),
        };
      }),
    );
    await this.#keep(seen, signal);
    return seen.map(({ one, observation }) => [one.ref.launchId, observation] as const);
  }

  async #ask(watched: readonly Watched[], signal: AbortSignal): Promise<SeenLook> {
    const { host, clock } = this.#options;
    const { unexplained } = this.#memories;
    const waiting = [...(this.#queue?.rows.values() ?? [])].filter(({ state }) => state === "PENDING");
    const asked = this.#turns.take({
      queue: this.#memories.wantQueue,
      accounting: unexplained.length > 0,
      places: waiting.length > 0,
    });
    const launches = watched.map(({ ref, place }) => ({
      launchId: ref.launchId,
      dir: place.dir,
      home: place.home,
    }));
    const command = lookCommand({
      launches,
      asksQueue: asked.queue,
      asksAccounting: asked.accounting ? questionOf(unexplained) : undefined,
      asksPlaces: asked.places ? waiting.map(({ id }) => id) : [],
    });
    const answer = await host.run(command, signal);
    const look = readLook(answer.stdout);
    if (answer.exitCode !== 0 || look === undefined)
      throw new Error(
        `the cluster's shell gave no sensible answer: ${answer.stderr.trim() || answer.stdout.slice(0, 200)}`,
      );
    this.#clusterClock.note(look.nowSeconds, clock.now());
    this.#learn(look, unexplained);
    return look;
  }

  #learn(look: SeenLook, unexplained: readonly LaunchMemory[]): void {
    if (look.queue.kind === "rows") {
      this.#queue = { look: this.#lookCount, askedAt: look.nowSeconds, rows: look.queue.rows };
      this.#trouble = undefined;
    } else if (look.queue.kind === "failed") {
      this.#trouble = `Slurm does not answer: ${look.queue.words}`;
    }
    if (look.queue.kind !== "not_asked") this.#turns.noteAnswer(look.queue.kind === "rows");
    if (look.places.size > 0) this.#places = look.places;
    const { accounting } = look;
    if (accounting.kind === "not_asked") return;
    for (const memory of unexplained) {
      const { since, failures, askedAt = look.nowSeconds } = memory.accounting;
      const row = accounting.kind === "rows" ? accounting.rows.get(memory.jobName) : undefined;
      const words = accounting.kind === "failed" ? accounting.words : undefined;
      // a job that it takes to wait or to run is none that it does not know
      memory.accounting = { row, words, since, askedAt, failures: row === undefined ? failures + 1 : 0 };
      // whoever looks at it next may ask again
      memory.wantsAccounting = false;
    }
  }

  #knowledge({ ref, place, memory }: Watched, look: SeenLook): Knowledge {
    const files = look.launches.get(ref.launchId) ?? { kind: "unreadable", reason: "nothing was said of it" };
    const row = this.#queue?.rows.get(place.jobName);
    if (files.kind === "there") {
      const since =
        files.job?.submittedAt ?? files.submitting?.since ?? files.run?.started?.at ?? row?.submittedAt;
      if (since !== undefined) memory.accounting = { ...memory.accounting, since };
      noteLife(memory, Math.max(files.run?.requeues ?? 0, row?.requeues ?? 0));
      if (files.run?.started !== undefined) memory.startSeenAt ??= look.nowSeconds;
    }
    return {
      launchId: ref.launchId,
      wasAccepted: ref.handle !== undefined,
      nowSeconds: look.nowSeconds,
      files,
      startSeenAt: memory.startSeenAt,
      queue: this.#queue === undefined ? undefined : { askedAt: this.#queue.askedAt, row },
      trouble: this.#trouble,
      accounting: memory.accounting,
      jobsAhead: row === undefined ? undefined : this.#places.get(row.id),
      logs: memory.logs,
      awaited:
        memory.noticed === undefined
          ? undefined
          : {
              seconds: (this.#options.clock.monotonic() - memory.noticed.at) / 1000,
              isAnswered: this.#queue !== undefined && this.#queue.look > memory.noticed.look,
            },
    };
  }

  async #readLogs(silent: readonly Watched[], signal: AbortSignal): Promise<void> {
    const launches = silent.map(({ ref, place, memory }) => ({
      launchId: ref.launchId,
      dir: place.dir,
      requeues: memory.requeues,
    }));
    const answer = await this.#options.host.run(logsCommand(launches), signal);
    const logs = readLogs(answer.stdout);
    for (const { ref, memory } of silent) memory.logs = logs.get(ref.launchId) ?? { job: [], engine: [] };
  }

  #noteSeen({ memory }: Watched, { sight, wantsAccounting }: Judgement): void {
    const seen =
      "row" in sight ? `${sight.kind} ${sight.row?.state ?? ""}` : `${sight.kind} ${wantsAccounting ?? ""}`;
    if (seen === memory.seen) return;
    memory.seen = seen;
    if (sight.kind !== "verdict" && sight.kind !== "absent") this.noteChange();
  }

  async #observationOf(
    one: Watched,
    known: Knowledge,
    sight: Sight,
    signal: AbortSignal,
  ): Promise<Observation> {
    const facts = jobFacts(known, (seconds) => this.#clusterClock.toOurMs(seconds));
    const job = facts === undefined ? {} : { job: facts };
    const left = known.files.kind === "there" ? known.files.run?.state : undefined;
    switch (sight.kind) {
      case "absent":
      case "unknown":
        return sight;
      case "verdict":
        await this.#reach.close(one.memory, left);
        return sight.observation;
      case "exited": {
        await this.#reach.close(one.memory, left);
        const { exit, cause } = sight;
        return { kind: "exited", exit, ...(cause === undefined ? {} : { cause }), ...job };
      }
      case "queued":
        await this.#reach.close(one.memory, left);
        return {
          kind: "queued",
          detail: sight.detail,
          expectedStartMs: facts?.expectedStartAt ?? undefined,
          ...job,
        };
      case "running": {
        const state =
          sight.state === undefined
            ? undefined
            : { ...sight.state, updatedAt: this.#clusterClock.shift(sight.state.updatedAt) };
        const suspended = sight.isSuspended ? { suspended: true } : {};
        return {
          kind: "running",
          ...(await this.#reach.open(one, sight.state, signal)),
          state,
          ...suspended,
          ...job,
        };
      }
    }
  }

  /** Writes ends down that nothing else on the disk would tell; the next server needs not ask again. */
  async #keep(
    seen: readonly {
      readonly one: Watched;
      readonly judgement: Judgement;
      readonly observation: Observation;
    }[],
    signal: AbortSignal,
  ): Promise<void> {
    const ends = seen.flatMap(({ one, judgement, observation }) =>
      judgement.isToBeKept === true && observation.kind === "exited" ? [{ one, observation }] : [],
    );
    if (ends.length === 0) return;
    for (const { one, observation } of ends) one.memory.final = observation;
    // on a full disk nothing is lost: it is found out again
    await this.#options.host.run(
      keepVerdictCommand(ends.map(({ one, observation }) => ({ dir: one.place.dir, verdict: observation }))),
      signal,
    );
  }

  /** It is launched anew, stopped or removed: nothing remembered of it counts. */
  async forget(place: LaunchPlace): Promise<void> {
    const memory = this.#memories.forget(place);
    if (memory !== undefined) await this.#reach.close(memory);
  }
}

function questionOf(unexplained: readonly LaunchMemory[]): AccountingQuestion {
  const times = unexplained.map(({ accounting }) => accounting.since);
  return {
    jobNames: unexplained.map(({ jobName }) => jobName),
    sinceSeconds: Math.min(...times) - accountingSlackSeconds,
  };
}

function noteWishes(
  memory: LaunchMemory,
  judgement: Judgement,
  now: NonNullable<LaunchMemory["noticed"]>,
): void {
  memory.noticed = judgement.isAwaited === true ? (memory.noticed ?? now) : undefined;
  memory.wantsQueue = judgement.wantsQueue === true;
  memory.wantsAccounting = judgement.wantsAccounting === true;
}

function judged<T extends { readonly one: Watched; readonly known: Knowledge }>(
  given: T,
): T & { judgement: Judgement } {
  return { ...given, judgement: judge(given.known) };
}

function unknown(error: unknown): Observation {
  return { kind: "unknown", reason: (error as Error).message };
}
