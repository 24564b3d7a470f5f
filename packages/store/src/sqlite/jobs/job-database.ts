import Database from "better-sqlite3";
import type { JobChange } from "../../job-store.ts";
import { backupTo } from "../backup.ts";
import { integrityProblems } from "../integrity-problems.ts";
import { JobDeliveryTables } from "./deliver-jobs.ts";
import { answeredBytes, isPieceOfLarge } from "./job-bytes.ts";
import type { JobCallOf, JobVerb, JobVerbs } from "./job-messages.ts";
import { JobNotes } from "./job-notes.ts";
import { JobOrderTables } from "./order-jobs.ts";
import { JobReadingTables } from "./read-jobs.ts";
import { JobPieces } from "./read-pieces.ts";
import { JobSweep } from "./sweep-jobs.ts";
import { JobWorkTables } from "./work-on-jobs.ts";

const busyTimeoutMs = 5000;
/** The journal of a large commit is cut to this afterwards. */
const keptJournalBytes = 64 * 1024 * 1024;
/** What the answers of one commit bring, nearly: they are in memory together. */
const mostAnsweredBytes = 16 * 1024 * 1024;

export type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: unknown };

/** The queue's file, whose schema is there. Everything is done at once, by whoever calls: a thread of its own. */
export class JobDatabase {
  readonly #database: Database.Database;
  readonly #notes: JobNotes;
  readonly #verbs: JobVerbs;

  constructor(path: string) {
    const database = new Database(path, { fileMustExist: true, timeout: busyTimeoutMs });
    database.pragma("journal_mode = WAL");
    // what was accepted is on the disk
    database.pragma("synchronous = FULL");
    database.pragma(`journal_size_limit = ${keptJournalBytes}`);
    const notes = new JobNotes(database);
    const deliveries = new JobDeliveryTables(database, notes);
    const orders = new JobOrderTables(database, notes, deliveries);
    const work = new JobWorkTables(database, notes, deliveries);
    const reading = new JobReadingTables(database);
    const pieces = new JobPieces(database);
    const upkeep = new JobSweep(database, notes, deliveries);
    const lastSequence = database.prepare("select ifnull(max(seq), 0) from jobs").pluck();
    const keepSecret = database.prepare("insert or ignore into lease_secret values (1, ?)");
    const secret = database.prepare("select secret from lease_secret").pluck();
    this.#database = database;
    this.#notes = notes;
    this.#verbs = {
      submit: (...args) => orders.submit(...args),
      cancel: (...args) => orders.cancel(...args),
      retry: (...args) => orders.retry(...args),
      purgeSome: (...args) => orders.purgeSome(...args),
      claim: (...args) => work.claim(...args),
      renew: (...args) => work.renew(...args),
      append: (...args) => work.append(...args),
      finish: (...args) => work.finish(...args),
      claimDeliveries: (...args) => deliveries.claimDeliveries(...args),
      recordDelivery: (...args) => deliveries.recordDelivery(...args),
      listDeliveries: (...args) => deliveries.listDeliveries(...args),
      redeliver: (...args) => deliveries.redeliver(...args),
      sweep: (...args) => upkeep.sweep(...args),
      resume: (...args) => upkeep.resume(...args),
      unneededBlobs: () => upkeep.unneededBlobs(),
      blobsForgotten: (...args) => upkeep.blobsForgotten(...args),
      getJob: (...args) => reading.getJob(...args),
      listJobs: (...args) => reading.listJobs(...args),
      getCall: (...args) => reading.getCall(...args),
      getResult: (...args) => reading.getResult(...args),
      getResultHead: (...args) => reading.getResultHead(...args),
      readPiece: (...args) => pieces.readPiece(...args),
      listEvents: (...args) => reading.listEvents(...args),
      waitingSince: (...args) => reading.waitingSince(...args),
      lastSequence: () => lastSequence.get() as number,
      counts: () => notes.counts(),
      leaseSecret: (candidate) => {
        keepSecret.run(candidate);
        return secret.get() as string;
      },
    };
  }

  /**
   * As many of the first of them as are answered with 16 MiB, in one commit, each for itself: one that fails leaves the others be.
   * A piece of a large body is its last. When the commit itself fails, so do all.
   */
  run(calls: readonly JobCallOf<JobVerb>[]): {
    readonly outcomes: readonly Outcome[];
    readonly changes: readonly JobChange[];
  } {
    const mark = this.#notes.length;
    try {
      this.#database.exec("begin immediate");
      const outcomes: Outcome[] = [];
      let bytes = 0;
      for (const call of calls) {
        const outcome = this.#one(call);
        outcomes.push(outcome);
        if (!outcome.ok) continue;
        bytes += answeredBytes(call.verb, outcome.value);
        if (bytes >= mostAnsweredBytes || isPieceOfLarge(call, outcome.value)) break;
      }
      this.#database.exec("commit");
      return { outcomes, changes: this.#notes.take() };
    } catch (error) {
      // a full disk has ended the transaction already
      if (this.#database.inTransaction) this.#database.exec("rollback");
      this.#notes.backTo(mark);
      return { outcomes: calls.map(() => ({ ok: false, error })), changes: [] };
    }
  }

  backup(target: string): Promise<{ readonly sizeBytes: number }> {
    return backupTo(this.#database, target);
  }

  check(): readonly string[] {
    return integrityProblems(this.#database);
  }

  close(): void {
    this.#database.close();
  }

  /** Throws only when the transaction is over. */
  #one(call: JobCallOf<JobVerb>): Outcome {
    const mark = this.#notes.length;
    this.#database.exec("savepoint one");
    try {
      const value = this.#call(call);
      this.#database.exec("release one");
      return { ok: true, value };
    } catch (error) {
      if (!this.#database.inTransaction) throw error;
      this.#database.exec("rollback to one");
      this.#database.exec("release one");
      this.#notes.backTo(mark);
      return { ok: false, error };
    }
  }

  #call<V extends JobVerb>({ verb, args }: JobCallOf<V>): ReturnType<JobVerbs[V]> {
    return (this.#verbs[verb] as (...args: unknown[]) => ReturnType<JobVerbs[V]>)(...args);
  }
}
