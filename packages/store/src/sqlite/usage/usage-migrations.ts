import { sql } from "kysely";
import type { Migration } from "../migrations.ts";

/** The ledger's own schema, in a file of its own: it is written all the time, and may be lost by a second. */
export const usageMigrations: readonly Migration[] = [{ version: 1, name: "first", up: createFirstTables }];

async function createFirstTables(db: Parameters<Migration["up"]>[0]): Promise<void> {
  // `seq` follows the order in which rows came; ids may be the callers' own: one that is there already gets `seq` behind it
  await sql`
    create table requests (
      seq integer primary key,
      id text not null,
      ended_at integer not null,
      started_at integer not null,
      key_id text not null,
      model text not null,
      route text,
      operation text not null,
      service_id text,
      provider text,
      upstream_model text,
      status integer not null,
      outcome text not null,
      error_code text,
      stream integer not null,
      input_tokens integer,
      output_tokens integer,
      cached_tokens integer,
      reasoning_tokens integer,
      tokens_from text not null,
      first_token_ms real,
      duration_ms real not null,
      held_ms real not null,
      overhead_ms real not null,
      tries integer not null,
      cost_usd real,
      gpu_seconds real,
      cached integer not null
    ) strict`.execute(db);
  await sql`create index requests_id on requests (id)`.execute(db);
  await sql`create index requests_ended on requests (ended_at)`.execute(db);
  await sql`create index requests_key on requests (key_id, ended_at)`.execute(db);
  await sql`create index requests_model on requests (model, ended_at)`.execute(db);
  await sql`create index requests_failed on requests (ended_at) where outcome = 'error'`.execute(db);
  await sql`
    create table request_bodies (
      seq integer primary key,
      ended_at integer not null,
      request text not null,
      response text not null
    ) strict`.execute(db);
  await sql`create index request_bodies_ended on request_bodies (ended_at)`.execute(db);
  // sums over hours and days, by when requests began; what is absent is '', so that it can be part of the key
  await sql`
    create table usage_totals (
      span text not null,
      start integer not null,
      key_id text not null,
      model text not null,
      provider text not null,
      route text not null,
      requests integer not null,
      errors integer not null,
      input_tokens integer not null,
      output_tokens integer not null,
      cached_tokens integer not null,
      reasoning_tokens integer not null,
      cost_usd real not null,
      gpu_seconds real not null,
      first_token blob,
      duration blob,
      primary key (span, start, key_id, model, provider, route)
    ) strict, without rowid`.execute(db);
}
