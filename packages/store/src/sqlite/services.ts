import {
  BerthError,
  endedStatuses,
  serviceEventSchema,
  serviceSchema,
  type ServiceEvent,
  z,
} from "@berth/api";
import type { Insertable, Kysely, Selectable, Transaction } from "kysely";
import type { EventStore, ServiceRow, ServiceStore } from "../store.ts";
import { decode } from "./decode.ts";
import { brokenUniqueness } from "./sqlite-error.ts";
import type { ServiceEventsTable, ServicesTable, Tables } from "./tables.ts";

export function serviceStore(db: Kysely<Tables>): ServiceStore {
  return {
    listServices: async (filter = {}) => {
      let query = db.selectFrom("services").selectAll().orderBy("created_at").orderBy("id");
      if (filter.ended !== undefined)
        query = query.where("status", filter.ended ? "in" : "not in", endedStatuses);
      return (await query.execute()).map(decodeService);
    },
    getService: async (id) => {
      const row = await db.selectFrom("services").selectAll().where("id", "=", id).executeTakeFirst();
      return row === undefined ? undefined : decodeService(row);
    },
    insertService: (row, event) =>
      db.transaction().execute(async (transaction) => {
        await takingNameAndPort(transaction, row, () =>
          transaction.insertInto("services").values(encodeService(row)).execute(),
        );
        return insertEvent(transaction, event);
      }),
    putService: (row, events) =>
      db.transaction().execute(async (transaction) => {
        const next = { ...row, generation: row.generation + 1 };
        const { numUpdatedRows } = await takingNameAndPort(transaction, row, () =>
          transaction
            .updateTable("services")
            .set(encodeService(next))
            .where("id", "=", row.service.id)
            .where("generation", "=", row.generation)
            .executeTakeFirst(),
        );
        if (numUpdatedRows === 0n)
          throw new BerthError("conflict", `service ${row.service.id} changed meanwhile: read it again`);
        const stored: ServiceEvent[] = [];
        for (const event of events) stored.push(await insertEvent(transaction, event));
        return stored;
      }),
    deleteService: async (id) => {
      await db.deleteFrom("services").where("id", "=", id).execute();
    },
  };
}

export function eventStore(db: Kysely<Tables>): EventStore {
  return {
    listServiceEvents: async (serviceId) => {
      const rows = await db
        .selectFrom("service_events")
        .selectAll()
        .where("service_id", "=", serviceId)
        .orderBy("id")
        .execute();
      return rows.map(decodeEvent);
    },
  };
}

/** Runs a write; where it would give two live services one name or port, says which has it. */
async function takingNameAndPort<T>(
  transaction: Transaction<Tables>,
  { service }: ServiceRow,
  write: () => Promise<T>,
): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const columns = brokenUniqueness(error);
    if (columns === undefined) throw error;
    if (columns.includes("services.id"))
      throw new BerthError("already_exists", `service ${service.id} exists`, { param: "id", cause: error });
    const param = columns.includes("services.port") ? "port" : "name";
    const holder = await transaction
      .selectFrom("services")
      .select("id")
      .where(param, "=", service[param])
      .where("status", "not in", endedStatuses)
      .where("id", "!=", service.id)
      .executeTakeFirst();
    throw new BerthError(
      "already_exists",
      `${param} ${service[param]} belongs to service ${holder?.id ?? "of another name"}: choose another, or stop that one`,
      { param, details: { serviceId: holder?.id ?? null }, cause: error },
    );
  }
}

async function insertEvent(
  transaction: Transaction<Tables>,
  event: Omit<ServiceEvent, "id">,
): Promise<ServiceEvent> {
  const { id } = await transaction
    .insertInto("service_events")
    .values({
      service_id: event.serviceId,
      at: event.at,
      status: event.status,
      message: event.message,
      evidence_json: JSON.stringify(event.evidence),
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  return { ...event, id };
}

const storedServiceSchema = serviceSchema.omit({
  inFlight: true,
  lastActivityAt: true,
  memoryMiB: true,
  job: true,
  transport: true,
  expectedReadyAt: true,
  successor: true,
});
const renewalSchema = z
  .object({
    lastAttempt: z.number().int(),
    successor: z
      .object({
        attempt: z.number().int(),
        handle: z.string().nullable(),
        status: z.enum(["PENDING", "STARTING"]),
        statusReason: z.string().nullable(),
        updatedAt: z.number(),
        retryAt: z.number().nullable(),
        failures: z.number().int(),
      })
      .nullable(),
    predecessors: z.array(
      z.object({ attempt: z.number().int(), handle: z.string().nullable(), since: z.number() }),
    ),
  })
  .nullable();
/** Rows of versions that knew no renewals bear none. */
const carriedSchema = z.object({ renewal: renewalSchema.default(null) });
const desiredSchema = z.enum(["running", "stopped"]);

function encodeService(row: ServiceRow): Insertable<ServicesTable> {
  const { id, name, profile, status, port, createdAt, updatedAt, ...rest } = row.service;
  return {
    id,
    generation: row.generation,
    name,
    profile,
    status,
    port,
    created_at: createdAt,
    updated_at: updatedAt,
    desired: row.desired,
    attempt: row.attempt,
    handle: row.handle,
    secret: row.secret,
    api_key_hash: row.apiKeyHash,
    plan: row.plan,
    failures: row.failures,
    service_json: JSON.stringify({ ...rest, renewal: row.renewal }),
  };
}

export function decodeService(row: Selectable<ServicesTable>): ServiceRow {
  const where = `service ${row.id}`;
  return {
    generation: row.generation,
    service: decode(storedServiceSchema, where, () => ({
      ...(JSON.parse(row.service_json) as object),
      id: row.id,
      name: row.name,
      profile: row.profile,
      status: row.status,
      port: row.port,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    })),
    desired: decode(desiredSchema, where, () => row.desired),
    attempt: row.attempt,
    handle: row.handle,
    secret: row.secret,
    apiKeyHash: row.api_key_hash,
    plan: row.plan,
    failures: row.failures,
    renewal: decode(carriedSchema, where, () => JSON.parse(row.service_json) as unknown).renewal,
  };
}

export function decodeEvent(row: Selectable<ServiceEventsTable>): ServiceEvent {
  return decode(serviceEventSchema, `event ${row.id} of service ${row.service_id}`, () => ({
    id: row.id,
    serviceId: row.service_id,
    at: row.at,
    status: row.status,
    message: row.message,
    evidence: JSON.parse(row.evidence_json) as unknown,
  }));
}
