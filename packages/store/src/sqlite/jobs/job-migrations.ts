import { sql } from "kysely";
import type { Migration } from "../migrations.ts";
import { addDueHosts } from "./due-hosts.ts";
import { deliveryTables } from "./delivery-tables.ts";

/** The queue's own schema, in a file of its own: it is written once and more for each job. */
export const jobMigrations: readonly Migration[] = [
  { version: 1, name: "first", up: createFirstTables },
  { version: 2, name: "values of an attempt", up: addEventsBefore },
  { version: 3, name: "due hosts", up: addDueHosts },
  { version: 4, name: "lease secret, lists of a key", up: addLeaseSecretAndLists },
  { version: 5, name: "a job's own terms", up: addOwnTerms },
  { version: 6, name: "what was lost and resumed, ready jobs of a key", up: addLostAndReadyOfKey },
];

async function addLostAndReadyOfKey(db: Parameters<Migration["up"]>[0]): Promise<void> {
  await sql`alter table jobs add column lost integer not null default 0`.execute(db);
  await sql`alter table jobs add column resumed integer not null default 0`.execute(db);
  // what others have is found without a look at what a key that has to wait has, however much that is
  await sql`
    create index jobs_ready_of_key on jobs (endpoint_id, ifnull(key_id, ''), priority desc, seq, expires_at,
      execution_timeout_ms) where status = 'QUEUED' and ready = 1`.execute(db);
}

async function addOwnTerms(db: Parameters<Migration["up"]>[0]): Promise<void> {
  await sql`alter table jobs add column own_json text`.execute(db);
}

async function addLeaseSecretAndLists(db: Parameters<Migration["up"]>[0]): Promise<void> {
  const statements = [
    // one row: lost and restored together with the leases
    sql`create table lease_secret (only integer primary key check (only = 1), secret text not null) strict`,
    // a key's own jobs of an endpoint may be few: whether one is, the index says, so that no row is read for it
    sql`drop index jobs_of_endpoint`,
    sql`create index jobs_of_endpoint on jobs (endpoint_id, seq, key_id)`,
    sql`drop index jobs_of_key`,
    sql`create index jobs_of_key on jobs (key_id, seq, endpoint_id) where key_id is not null`,
    sql`create index jobs_dead_of_key on jobs (key_id, seq) where is_dead_letter = 1`,
  ];
  for (const statement of statements) await statement.execute(db);
}

async function addEventsBefore(db: Parameters<Migration["up"]>[0]): Promise<void> {
  await sql`alter table jobs add column events_before integer not null default 0`.execute(db);
  await sql`
    update jobs set events_before = ifnull(
      (select max(number) from job_events where job_events.seq = jobs.seq and kind = 'restart'), 0)
    where status in ('QUEUED', 'RUNNING')`.execute(db);
}

async function createFirstTables(db: Parameters<Migration["up"]>[0]): Promise<void> {
  const statements = [
    // `attempt` counts leases, so that each has a number of its own; `tries` those that count against `max_attempts`.
    // `ready`: queued, and nothing to wait for. `lease_until` stays when a lease was lost by silence.
    sql`
      create table jobs (
        seq integer primary key autoincrement,
        id text not null unique,
        endpoint_id text not null,
        key_id text,
        status text not null,
        ready integer not null,
        priority integer not null,
        path text not null,
        input_type text not null,
        input_bytes integer not null,
        created_at integer not null,
        available_at integer not null,
        expires_at integer not null,
        started_at integer,
        run_until integer,
        finished_at integer,
        purge_at integer,
        execution_timeout_ms integer not null,
        retention_ms integer not null,
        dead_letter_ms integer not null,
        max_attempts integer not null,
        attempt integer not null,
        tries integer not null,
        lease_ms integer,
        lease_until integer,
        worker_id text,
        progress_json text,
        error_json text,
        is_dead_letter integer not null,
        result_kind text,
        result_status integer,
        result_type text,
        result_bytes integer,
        result_blob text,
        events integer not null,
        streamed_bytes integer not null,
        idempotency_key text,
        idempotency_digest text,
        webhook_url text
      ) strict`,
    sql`create index jobs_ready on jobs (endpoint_id, priority desc, seq, expires_at, execution_timeout_ms)
      where status = 'QUEUED' and ready = 1`,
    sql`create index jobs_waiting on jobs (available_at) where status = 'QUEUED' and ready = 0`,
    sql`create index jobs_leased on jobs (lease_until) where status = 'RUNNING'`,
    sql`create index jobs_running on jobs (run_until) where status = 'RUNNING'`,
    sql`create index jobs_expiring on jobs (expires_at) where status in ('QUEUED', 'RUNNING')`,
    sql`create index jobs_kept on jobs (purge_at) where purge_at is not null`,
    sql`create index jobs_of_endpoint on jobs (endpoint_id, seq)`,
    sql`create index jobs_of_endpoint_in_status on jobs (endpoint_id, status, seq)`,
    sql`create index jobs_in_status on jobs (status, seq)`,
    sql`create index jobs_of_key on jobs (key_id, seq) where key_id is not null`,
    sql`create index jobs_of_key_in_status on jobs (key_id, status, seq) where key_id is not null`,
    sql`create index jobs_dead on jobs (seq) where is_dead_letter = 1`,
    sql`create index jobs_dead_of_endpoint on jobs (endpoint_id, seq) where is_dead_letter = 1`,
    sql`
      create unique index jobs_idempotent on jobs (endpoint_id, ifnull(key_id, ''), idempotency_key)
        where idempotency_key is not null`,
    sql`create table job_calls (seq integer primary key, body blob not null) strict`,
    sql`create table job_results (seq integer primary key, body blob not null) strict`,
    // told to whoever keeps them until that says they are gone
    sql`create table forgotten_blobs (name text primary key) strict, without rowid`,
    sql`
      create table job_events (
        seq integer not null,
        number integer not null,
        at integer not null,
        kind text not null,
        data blob not null,
        primary key (seq, number)
      ) strict, without rowid`,
    ...deliveryTables,
  ];
  for (const statement of statements) await statement.execute(db);
}
