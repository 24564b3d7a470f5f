import { BerthError, type Delivery, type DeliveryAttempt, type Job } from "@berth/api";
import type Database from "better-sqlite3";
import type {
  ClaimedDeliveries,
  ClaimedDelivery,
  DeliveryClaim,
  DeliveryLease,
  DeliveryNext,
  Held,
} from "../../job-store.ts";
import { DeliveryPlaces } from "./delivery-places.ts";
import { DeliveryTurns } from "./delivery-turns.ts";
import { DueHosts } from "./due-hosts.ts";
import { type DeliveryAttemptRow, deliveryOf, type DeliveryRow } from "./delivery-row.ts";
import type { JobNotes } from "./job-notes.ts";
import { jobOf, type JobRow } from "./job-row.ts";
import { Statements } from "./statements.ts";

/** Kept of each delivery. */
const keptAttempts = 50;
/** Kept of each job, of those that are over. */
const keptDeliveries = 100;
/** Of one job that wait: each holds the job as it was. */
const mostPending = 20;
/** A delivery is told again no sooner than that after it was told last, however often that is asked for. */
const askedAgainMs = 10_000;

/** What webhooks are told, each verb inside a transaction of the caller's. */
export class JobDeliveryTables {
  readonly #statements: Statements;
  readonly #notes: JobNotes;
  readonly #dueHosts: DueHosts;
  readonly #turns = new DeliveryTurns();

  constructor(database: Database.Database, notes: JobNotes) {
    this.#statements = new Statements(database);
    this.#dueHosts = new DueHosts(database);
    this.#notes = notes;
  }

  /** The job has ended just now: its webhook is to be told, if it has one. */
  owe({ seq, webhook_url: url }: Pick<JobRow, "seq" | "webhook_url">, now: number): void {
    if (url === null) return;
    const job = this.#one<JobRow>("select * from jobs where seq = ?", seq);
    if (job === undefined) return;
    const last = this.#one<{ id: string }>(
      "select id from deliveries where job_seq = ? order by number desc limit 1",
      seq,
    );
    const before = last === undefined ? 0 : Number(last.id.slice(job.id.length + 1));
    this.#forget(
      `job_seq = ? and status <> 'pending' and number <=
         (select number from deliveries where job_seq = ? order by number desc limit 1 offset ${keptDeliveries - 1})`,
      seq,
      seq,
    );
    const host = URL.parse(url)?.host ?? url;
    const keyId = job.key_id ?? "";
    this.#run(
      `insert into deliveries (id, job_seq, url, host, key_id, job_json, status, due_at, is_claimed, attempt, since, tries,
         created_at) values (?, ?, ?, ?, ?, ?, 'pending', ?, 0, 0, ?, 0, ?)`,
      `${job.id}-${before + 1}`,
      seq,
      url,
      host,
      keyId,
      JSON.stringify(jobOf(job)),
      this.#pending(seq) > 0 ? null : now,
      now,
      now,
    );
    this.#dueHosts.settle(keyId, host);
    this.#notes.delivery(job);
  }

  /** Throws `conflict` where as many ends of the job wait to be told as may. */
  requireRoom({ id, seq }: Pick<JobRow, "id" | "seq">): void {
    if (this.#pending(seq) < mostPending) return;
    throw new BerthError(
      "conflict",
      `${mostPending} ends of job ${id} wait to be told to its webhook: retry it when that answers, or submit the call anew`,
    );
  }

  forget(seq: number): void {
    const any = this.#one<DeliveryRow>("select * from deliveries where job_seq = ? limit 1", seq);
    if (any === undefined) return;
    this.#forget("job_seq = ?", seq);
    this.#dueHosts.settle(any.key_id, any.host);
  }

  claimDeliveries(claim: DeliveryClaim, now: number): ClaimedDeliveries {
    const places = new DeliveryPlaces(claim);
    const due: { readonly keyId: string; readonly host: string }[] = [];
    const keyIds: string[] = [];
    let nextAt = Infinity;
    for (const { keyId, dueAt } of this.#dueHosts.keys()) {
      if (places.freeOf(keyId) === 0) continue;
      if (dueAt > now) {
        // all others are due later still
        nextAt = dueAt;
        break;
      }
      const hosts = this.#dueHosts.hosts(keyId, now, places.fullOf(keyId), places.freeOf(keyId));
      due.push(...hosts.map((host) => ({ keyId, host })));
      keyIds.push(keyId);
    }
    const claimed: ClaimedDelivery[] = [];
    // one of each, and then one more
    for (let rest = this.#turns.order(due); rest.length > 0;) {
      rest = rest.filter(({ keyId, host }) => {
        const row = places.has(keyId, host) ? this.#claim(keyId, host, claim.leaseMs, now) : undefined;
        if (row === undefined) return false;
        claimed.push(claimedOf(row));
        places.take(keyId, host);
        this.#turns.had(keyId, host);
        return true;
      });
    }
    if (claimed.length === claim.limit) return { claimed, nextAt: null };
    for (const keyId of keyIds)
      if (places.freeOf(keyId) > 0)
        nextAt = Math.min(nextAt, this.#dueHosts.nextAt(keyId, places.fullOf(keyId)) ?? Infinity);
    return { claimed, nextAt: Number.isFinite(nextAt) ? nextAt : null };
  }

  recordDelivery(
    { deliveryId, attempt }: DeliveryLease,
    tried: Omit<DeliveryAttempt, "number">,
    next: DeliveryNext,
    now: number,
  ): Held {
    const row = this.#one<DeliveryRow>("select * from deliveries where id = ?", deliveryId);
    if (row === undefined || row.attempt !== attempt || row.is_claimed === 0) return "over";
    this.#run(
      "insert into delivery_attempts values (?, ?, ?, ?, ?, ?, ?)",
      row.number,
      attempt,
      tried.at,
      tried.durationMs,
      tried.responseStatus,
      tried.response,
      tried.error,
    );
    this.#run(
      "delete from delivery_attempts where delivery = ? and number <= ?",
      row.number,
      attempt - keptAttempts,
    );
    this.#goOn(row, next, now);
    // a job's ends are all told at one host
    this.#dueHosts.settle(row.key_id, row.host);
    const job = this.#one<JobRow>("select * from jobs where seq = ?", row.job_seq);
    if (job !== undefined) this.#notes.delivery(job);
    return "held";
  }

  listDeliveries(jobId: string): readonly Delivery[] {
    return this.#all<DeliveryRow>(
      `select * from deliveries where job_seq = (select seq from jobs where id = ?)
       order by number desc limit ${keptDeliveries}`,
      jobId,
    ).map((row) => this.#told(row, jobId));
  }

  redeliver(jobId: string, now: number): Delivery {
    const job = this.#one<JobRow>("select * from jobs where id = ?", jobId);
    if (job === undefined) throw new BerthError("not_found", `there is no job ${jobId}`, { param: "id" });
    const row = this.#one<DeliveryRow>(
      "select * from deliveries where job_seq = ? order by due_at is null, number desc limit 1",
      job.seq,
    );
    if (row === undefined)
      throw new BerthError(
        "conflict",
        job.webhook_url === null
          ? `job ${jobId} was submitted without a webhook`
          : `job ${jobId} is ${job.status}: its webhook is told when it has ended`,
      );
    this.#requireRest(row, now);
    const again = this.#one<DeliveryRow>(
      `update deliveries set status = 'pending', due_at = ?, is_claimed = 0, since = ?, tries = 0
       where number = ? returning *`,
      now,
      now,
      row.number,
    );
    this.#dueHosts.settle(row.key_id, row.host);
    this.#notes.delivery(job);
    return this.#told(again ?? row, jobId);
  }

  /** Throws `conflict` for one that is told without being asked for, or was just now. */
  #requireRest(row: DeliveryRow, now: number): void {
    const refuse = (fact: string): never => {
      throw new BerthError("conflict", `delivery ${row.id} ${fact}`);
    };
    if (row.due_at !== null && row.due_at <= now) refuse("is told as soon as its turn comes");
    if (row.is_claimed === 1) refuse("is being told at the moment");
    const last = this.#one<{ at: number | null }>(
      "select max(at) as at from delivery_attempts where delivery = ?",
      row.number,
    );
    const sinceMs = now - (last?.at ?? -Infinity);
    // a clock that was set back holds nobody up
    if (sinceMs >= 0 && sinceMs < askedAgainMs)
      refuse(`was told just now: ask again in ${Math.ceil((askedAgainMs - sinceMs) / 1000)} s`);
  }

  #pending(seq: number): number {
    const counted = this.#one<{ pending: number }>(
      "select count(*) as pending from deliveries where job_seq = ? and status = 'pending'",
      seq,
    );
    return counted?.pending ?? 0;
  }

  #forget(which: string, ...values: readonly unknown[]): void {
    this.#run(
      `delete from delivery_attempts where delivery in (select number from deliveries where ${which})`,
      ...values,
    );
    this.#run(`delete from deliveries where ${which}`, ...values);
  }

  #claim(keyId: string, host: string, leaseMs: number, now: number): DeliveryRow | undefined {
    const row = this.#one<DeliveryRow>(
      `update deliveries set due_at = ?, is_claimed = 1, attempt = attempt + 1, tries = tries + 1
       where number = (select number from deliveries where key_id = ? and host = ? and due_at <= ?
         order by due_at, number limit 1)
       returning *`,
      now + leaseMs,
      keyId,
      host,
      now,
    );
    this.#dueHosts.settle(keyId, host);
    return row;
  }

  #goOn({ number, job_seq: seq }: DeliveryRow, next: DeliveryNext, now: number): void {
    switch (next.kind) {
      case "retry":
        this.#run("update deliveries set due_at = ?, is_claimed = 0 where number = ?", next.at, number);
        return;
      case "delivered":
      case "failed":
        this.#run(
          "update deliveries set status = ?, due_at = null, is_claimed = 0 where number = ?",
          next.kind,
          number,
        );
        // now the job's next end can be told
        this.#run(
          `update deliveries set due_at = ?, since = ? where number =
             (select min(number) from deliveries where job_seq = ? and status = 'pending')`,
          now,
          now,
          seq,
        );
    }
  }

  #told(row: DeliveryRow, jobId: string): Delivery {
    const attempts = this.#all<DeliveryAttemptRow>(
      "select * from delivery_attempts where delivery = ? order by number",
      row.number,
    );
    return deliveryOf(row, jobId, attempts);
  }

  #one<Row>(sql: string, ...values: readonly unknown[]): Row | undefined {
    return this.#statements.of(sql).get(...values) as Row | undefined;
  }

  #all<Row>(sql: string, ...values: readonly unknown[]): readonly Row[] {
    return this.#statements.of(sql).all(...values) as Row[];
  }

  #run(sql: string, ...values: readonly unknown[]): void {
    this.#statements.of(sql).run(...values);
  }
}

function claimedOf(row: DeliveryRow): ClaimedDelivery {
  return {
    lease: { deliveryId: row.id, attempt: row.attempt },
    url: row.url,
    host: row.host,
    job: JSON.parse(row.job_json) as Job,
    since: row.since,
    tries: row.tries,
  };
}
