import { endedStatuses } from "@berth/api";
import { type CreateTableBuilder, type Kysely, sql } from "kysely";
import type { Tables } from "./tables.ts";

/** What a step may use: the schema builder, and `sql` for data. */
export type MigrationDatabase = Pick<Kysely<Tables>, "schema" | "getExecutor">;

/** One step of the schema. Once released it never changes: a later step mends it. */
export interface Migration {
  /** 1, 2, 3 ... without gaps. */
  readonly version: number;
  readonly name: string;
  /** Runs inside a transaction, with foreign keys checked at its end. */
  up(db: MigrationDatabase): Promise<void>;
}

export const migrations: readonly Migration[] = [
  { version: 1, name: "first", up: createFirstTables },
  { version: 2, name: "image pulls", up: createImagePulls },
  { version: 3, name: "key limits", up: addKeyLimits },
  { version: 4, name: "providers and model routes", up: createProvidersAndModelRoutes },
  { version: 5, name: "endpoints and secrets", up: createEndpointsAndSecrets },
];

async function addKeyLimits(db: MigrationDatabase): Promise<void> {
  const columns = [
    sql`limits_json text not null default '{}'`,
    sql`tags_json text not null default '[]'`,
    sql`owner text`,
    sql`log_bodies integer not null default 0`,
  ];
  for (const column of columns) await sql`alter table keys add column ${column}`.execute(db);
}

async function createProvidersAndModelRoutes(db: MigrationDatabase): Promise<void> {
  // a name that two have leads to whoever was there first: `number` says who
  await db.schema
    .createTable("providers")
    .addColumn("number", "integer", (c) => c.primaryKey().autoIncrement())
    .addColumn("id", "text", (c) => c.notNull().unique())
    .addColumn("name", "text", (c) => c.notNull().unique())
    .addColumn("provider_json", "text", (c) => c.notNull())
    .modifyEnd(sql`strict`)
    .execute();
  await db.schema
    .createTable("model_routes")
    .addColumn("number", "integer", (c) => c.primaryKey().autoIncrement())
    .addColumn("name", "text", (c) => c.notNull().unique())
    .addColumn("route_json", "text", (c) => c.notNull())
    .modifyEnd(sql`strict`)
    .execute();
}

async function createEndpointsAndSecrets(db: MigrationDatabase): Promise<void> {
  const statements = [
    sql`
      create table endpoints (
        number integer primary key autoincrement,
        id text not null unique,
        owner text not null,
        name text not null,
        endpoint_json text not null,
        unique (owner, name)
      ) strict`,
    sql`
      create table deployments (
        id text primary key not null,
        endpoint_id text not null references endpoints (id) on delete cascade,
        number integer not null,
        deployment_json text not null,
        unique (endpoint_id, number)
      ) strict`,
    sql`
      create table endpoint_events (
        id integer primary key autoincrement,
        endpoint_id text not null references endpoints (id) on delete cascade,
        at integer not null,
        kind text not null,
        message text not null,
        evidence_json text not null
      ) strict`,
    sql`create index endpoint_events_endpoint on endpoint_events (endpoint_id, id)`,
    sql`create index endpoint_events_at on endpoint_events (at)`,
    sql`
      create table secrets (
        owner text not null,
        name text not null,
        secret_json text not null,
        primary key (owner, name)
      ) strict`,
    sql`
      create table hardware_presets (
        name text not null,
        profile text not null,
        preset_json text not null,
        primary key (name, profile)
      ) strict`,
  ];
  for (const statement of statements) await statement.execute(db);
}

async function createImagePulls(db: MigrationDatabase): Promise<void> {
  await db.schema
    .createTable("image_pulls")
    .addColumn("id", "text", (c) => c.primaryKey().notNull())
    .addColumn("profile", "text", (c) => c.notNull())
    .addColumn("pull_json", "text", (c) => c.notNull())
    .modifyEnd(sql`strict`)
    .execute();
}

async function createFirstTables(db: MigrationDatabase): Promise<void> {
  const table = <T extends string, C extends string>(
    name: T,
    columns: (builder: CreateTableBuilder<T>) => CreateTableBuilder<T, C>,
  ): Promise<void> =>
    columns(db.schema.createTable(name))
      .modifyEnd(sql`strict`)
      .execute();

  await table("services", (t) =>
    t
      .addColumn("id", "text", (c) => c.primaryKey().notNull())
      .addColumn("generation", "integer", (c) => c.notNull())
      .addColumn("name", "text", (c) => c.notNull())
      .addColumn("profile", "text", (c) => c.notNull())
      .addColumn("status", "text", (c) => c.notNull())
      .addColumn("port", "integer")
      .addColumn("created_at", "integer", (c) => c.notNull())
      .addColumn("updated_at", "integer", (c) => c.notNull())
      .addColumn("desired", "text", (c) => c.notNull())
      .addColumn("attempt", "integer", (c) => c.notNull())
      .addColumn("handle", "text")
      .addColumn("secret", "text", (c) => c.notNull())
      .addColumn("api_key_hash", "text")
      .addColumn("plan", "text", (c) => c.notNull())
      .addColumn("failures", "integer", (c) => c.notNull())
      .addColumn("service_json", "text", (c) => c.notNull()),
  );
  // an ended service keeps its name and port on record; only the living must not share them
  for (const column of ["name", "port"]) {
    await db.schema
      .createIndex(`services_live_${column}`)
      .unique()
      .on("services")
      .column(column)
      .where(sql`status`, "not in", sql.raw(`(${endedStatuses.map((status) => `'${status}'`).join(", ")})`))
      .execute();
  }

  await table("service_events", (t) =>
    t
      .addColumn("id", "integer", (c) => c.primaryKey().autoIncrement())
      .addColumn("service_id", "text", (c) => c.notNull().references("services.id").onDelete("cascade"))
      .addColumn("at", "integer", (c) => c.notNull())
      .addColumn("status", "text", (c) => c.notNull())
      .addColumn("message", "text", (c) => c.notNull())
      .addColumn("evidence_json", "text", (c) => c.notNull()),
  );
  await db.schema
    .createIndex("service_events_service")
    .on("service_events")
    .columns(["service_id", "id"])
    .execute();

  await table("keys", (t) =>
    t
      .addColumn("id", "text", (c) => c.primaryKey().notNull())
      .addColumn("name", "text", (c) => c.notNull().unique())
      .addColumn("prefix", "text", (c) => c.notNull())
      .addColumn("hash", "text", (c) => c.notNull().unique())
      .addColumn("scopes_json", "text", (c) => c.notNull())
      .addColumn("models_json", "text")
      .addColumn("created_at", "integer", (c) => c.notNull())
      .addColumn("expires_at", "integer")
      .addColumn("last_used_at", "integer"),
  );

  await table("sessions", (t) =>
    t
      .addColumn("id_hash", "text", (c) => c.primaryKey().notNull())
      .addColumn("csrf_token", "text", (c) => c.notNull())
      .addColumn("created_at", "integer", (c) => c.notNull())
      .addColumn("expires_at", "integer", (c) => c.notNull()),
  );
  await db.schema.createIndex("sessions_expiry").on("sessions").column("expires_at").execute();

  await table("downloads", (t) =>
    t
      .addColumn("id", "text", (c) => c.primaryKey().notNull())
      .addColumn("profile", "text", (c) => c.notNull())
      .addColumn("created_at", "integer", (c) => c.notNull())
      .addColumn("download_json", "text", (c) => c.notNull()),
  );

  await table("conversations", (t) =>
    t
      .addColumn("id", "text", (c) => c.primaryKey().notNull())
      .addColumn("title", "text", (c) => c.notNull())
      .addColumn("model", "text")
      .addColumn("created_at", "integer", (c) => c.notNull())
      .addColumn("updated_at", "integer", (c) => c.notNull())
      .addColumn("content_json", "text", (c) => c.notNull()),
  );
  await db.schema.createIndex("conversations_changed").on("conversations").column("updated_at").execute();

  await table("local_models", (t) =>
    t
      .addColumn("profile", "text", (c) => c.notNull())
      .addColumn("path", "text", (c) => c.notNull())
      .addColumn("name", "text", (c) => c.notNull())
      .addPrimaryKeyConstraint("local_models_path", ["profile", "path"])
      .addUniqueConstraint("local_models_name", ["profile", "name"]),
  );
}
