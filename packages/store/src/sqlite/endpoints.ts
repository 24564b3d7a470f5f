import {
  BerthError,
  defaultQueueRules,
  defaultScaling,
  deploymentSchema,
  endpointEventSchema,
  endpointSchema,
  type EndpointEvent,
  z,
} from "@berth/api";
import type { Kysely, Selectable, Transaction } from "kysely";
import type { DeploymentRow, EndpointRow, EndpointStore, NewEndpointEvent } from "../endpoint-store.ts";
import { decode } from "./decode.ts";
import { brokenUniqueness } from "./sqlite-error.ts";
import type { DeploymentsTable, EndpointEventsTable, EndpointsTable, Tables } from "./tables.ts";

export function endpointStore(db: Kysely<Tables>): EndpointStore {
  return {
    listEndpoints: async () =>
      (await db.selectFrom("endpoints").selectAll().orderBy("number").execute()).map(decodeEndpoint),
    putEndpoint: ({ row, deployments = [], events = [] }) =>
      db.transaction().execute(async (transaction) => {
        await putRow(transaction, row);
        for (const deployment of deployments) await putDeployment(transaction, deployment);
        const stored: EndpointEvent[] = [];
        for (const event of events) stored.push(await insertEvent(transaction, event));
        return stored;
      }),
    deleteEndpoint: async (id) => {
      await db.deleteFrom("endpoints").where("id", "=", id).execute();
    },
    listDeployments: async (endpointId) => {
      const rows = await db
        .selectFrom("deployments")
        .selectAll()
        .where("endpoint_id", "=", endpointId)
        .orderBy("number")
        .execute();
      return rows.map(decodeDeployment);
    },
    listEndpointEvents: async (endpointId, limit) => {
      const rows = await db
        .selectFrom("endpoint_events")
        .selectAll()
        .where("endpoint_id", "=", endpointId)
        .orderBy("id", "desc")
        .limit(limit)
        .execute();
      return rows.map(decodeEndpointEvent).toReversed();
    },
    forgetEndpointEvents: async (before) => {
      await db.deleteFrom("endpoint_events").where("at", "<", before).execute();
    },
  };
}

async function putRow(transaction: Transaction<Tables>, row: EndpointRow): Promise<void> {
  const { id, owner, name, ...rest } = row;
  const values = { owner, name, endpoint_json: JSON.stringify(rest) };
  try {
    await transaction
      .insertInto("endpoints")
      .values({ id, ...values })
      .onConflict((conflict) => conflict.column("id").doUpdateSet(values))
      .execute();
  } catch (error) {
    if (brokenUniqueness(error) === undefined) throw error;
    throw new BerthError("already_exists", `${owner} has an endpoint ${name} already: choose another name`, {
      param: "name",
      cause: error,
    });
  }
}

async function putDeployment(transaction: Transaction<Tables>, row: DeploymentRow): Promise<void> {
  const { id, endpointId, number, ...rest } = row;
  const deployment_json = JSON.stringify(rest);
  await transaction
    .insertInto("deployments")
    .values({ id, endpoint_id: endpointId, number, deployment_json })
    .onConflict((conflict) => conflict.column("id").doUpdateSet({ deployment_json }))
    .execute();
}

async function insertEvent(
  transaction: Transaction<Tables>,
  event: NewEndpointEvent,
): Promise<EndpointEvent> {
  const { id } = await transaction
    .insertInto("endpoint_events")
    .values({
      endpoint_id: event.endpointId,
      at: event.at,
      kind: event.kind,
      message: event.message,
      evidence_json: JSON.stringify(event.evidence),
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  return { ...event, id };
}

const rowSchema = endpointSchema
  .pick({
    id: true,
    owner: true,
    name: true,
    description: true,
    visibility: true,
    scaling: true,
    queue: true,
    fallback: true,
    coldStart: true,
    configuration: true,
    currentDeployment: true,
    nextDeployment: true,
    createdAt: true,
    updatedAt: true,
  })
  .extend({
    formerNames: z.array(z.string()),
    isPaused: z.boolean(),
    isDeleted: z.boolean(),
  });

export function decodeEndpoint(row: Selectable<EndpointsTable>): EndpointRow {
  return decode(rowSchema, `endpoint ${row.id}`, () => {
    const stored = JSON.parse(row.endpoint_json) as { readonly scaling: object; readonly queue: object };
    return {
      // those of an earlier version lack what was added since
      coldStart: "hold",
      ...stored,
      scaling: { ...defaultScaling, ...stored.scaling },
      queue: { ...defaultQueueRules, ...stored.queue },
      id: row.id,
      owner: row.owner,
      name: row.name,
    };
  });
}

const deploymentRowSchema = deploymentSchema.omit({ isCurrent: true });

export function decodeDeployment(row: Selectable<DeploymentsTable>): DeploymentRow {
  return decode(deploymentRowSchema, `deployment ${row.id}`, () => ({
    ...(JSON.parse(row.deployment_json) as object),
    id: row.id,
    endpointId: row.endpoint_id,
    number: row.number,
  }));
}

export function decodeEndpointEvent(row: Selectable<EndpointEventsTable>): EndpointEvent {
  return decode(endpointEventSchema, `event ${row.id} of endpoint ${row.endpoint_id}`, () => ({
    id: row.id,
    endpointId: row.endpoint_id,
    at: row.at,
    kind: row.kind,
    message: row.message,
    evidence: JSON.parse(row.evidence_json) as unknown,
  }));
}
