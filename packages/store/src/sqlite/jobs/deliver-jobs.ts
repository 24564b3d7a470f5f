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

  constructor(database: Database.Database, notes: JobNotes) {
    this.#statements = new Statements(database);
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
    this.#run(
      `insert into deliveries (id, job_seq, url, host, job_json, status, due_at, is_claimed, attempt, since, tries,
         created_at) values (?, ?, ?, ?, ?, 'pending', ?, 0, 0, ?, 0, ?)`,
      `${job.id}-${before + 1}`,
      seq,
      url,
      URL.parse(url)?.host ?? url,
      JSON.stringify(jobOf(job)),
      this.#pending(seq) > 0 ? null : now,
      now,
      now,
    );
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
    this.#forget("job_seq = ?", seq);
  }

  claimDeliveries({ limit, perHost, underWay, leaseMs }: DeliveryClaim, now: number): ClaimedDeliveries {
    const claimed: ClaimedDelivery[] = [];
    const dueNext: (number | null)[] = [];
    for (const { host, due_at: dueAt } of this.#hosts()) {
      const free = perHost - (underWay.get(host) ?? 0);
      if (free <= 0) continue;
      if (dueAt > now) {
        // all others are due later still
        dueNext.push(dueAt);
        break;
      }
      const rows = this.#claim(host, Math.min(free, limit - claimed.length), leaseMs, now);
      claimed.push(...rows.map(claimedOf));
      if (claimed.length >= limit) return { claimed, nextAt: null };
      if (rows.length < free) dueNext.push(this.#dueAt(host));
    }
    const times = dueNext.filter((time) => time !== null);
    return { claimed, nextAt: times.length === 0 ? null : Math.min(...times) };
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

  #claim(host: string, limit: number, leaseMs: number, now: number): readonly DeliveryRow[] {
    return this.#all<DeliveryRow>(
      `update deliveries set due_at = ?, is_claimed = 1, attempt = attempt + 1, tries = tries + 1
       where number in (select number from deliveries where host = ? and due_at <= ? order by due_at, number limit ?)
       returning *`,
      now + leaseMs,
      host,
      now,
      limit,
    );
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

  /** Those to whom something is to be told, and when the first of it: one step each into the index, however much it is. */
  #hosts(): readonly { readonly host: string; readonly due_at: number }[] {
    return this.#all(
      `with recursive hosts (host) as (
         select min(host) from deliveries where due_at is not null
         union all
         select (select min(host) from deliveries where due_at is not null and host > hosts.host)
         from hosts where hosts.host is not null
       )
       select host, (select min(due_at) from deliveries d where d.host = hosts.host and due_at is not null) as due_at
       from hosts where host is not null order by due_at`,
    );
  }

  #dueAt(host: string): number | null {
    const first = this.#one<{ due_at: number | null }>(
      "select min(due_at) as due_at from deliveries where host = ? and due_at is not null",
      host,
    );
    return first?.due_at ?? null;
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
