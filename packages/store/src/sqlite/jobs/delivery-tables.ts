import { sql } from "kysely";

/** Where it is kept what webhooks are told, and what came of it. */
export const deliveryTables = [
  // `due_at` is null when it is over, and while an earlier end of the same job is to be told. While it is claimed,
  // `due_at` is when that lapses. `attempt` counts claims; `tries` those since `since`.
  sql`
    create table deliveries (
      number integer primary key autoincrement,
      id text not null unique,
      job_seq integer not null,
      url text not null,
      host text not null,
      job_json text not null,
      status text not null,
      due_at integer,
      is_claimed integer not null,
      attempt integer not null,
      since integer not null,
      tries integer not null,
      created_at integer not null
    ) strict`,
  sql`create index deliveries_due on deliveries (host, due_at) where due_at is not null`,
  sql`create index deliveries_of_job on deliveries (job_seq)`,
  sql`
    create table delivery_attempts (
      delivery integer not null,
      number integer not null,
      at integer not null,
      duration_ms integer not null,
      response_status integer,
      response text,
      error text,
      primary key (delivery, number)
    ) strict, without rowid`,
];
