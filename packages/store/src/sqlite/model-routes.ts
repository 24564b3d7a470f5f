import { modelRouteSchema, routeTargetSchema, z } from "@berth/api";
import type { Kysely, Selectable } from "kysely";
import type { ModelRouteRow, ModelRouteStore } from "../store.ts";
import { decode } from "./decode.ts";
import type { ModelRoutesTable, Tables } from "./tables.ts";

export function modelRouteStore(db: Kysely<Tables>): ModelRouteStore {
  return {
    listModelRoutes: async () =>
      (await db.selectFrom("model_routes").selectAll().orderBy("number").execute()).map(decodeModelRoute),
    putModelRoute: (row) => put(db, row),
    replaceModelRoutes: async (rows) => {
      await db.transaction().execute(async (transaction) => {
        await transaction.deleteFrom("model_routes").execute();
        for (const row of rows) await put(transaction, row);
      });
    },
    deleteModelRoute: async (name) => {
      await db.deleteFrom("model_routes").where("name", "=", name).execute();
    },
  };
}

async function put(db: Kysely<Tables>, { name, ...rest }: ModelRouteRow): Promise<void> {
  const route_json = JSON.stringify(rest);
  await db
    .insertInto("model_routes")
    .values({ name, route_json })
    .onConflict((conflict) => conflict.column("name").doUpdateSet({ route_json }))
    .execute();
}

const rowSchema = modelRouteSchema.extend({ targets: z.array(routeTargetSchema) });

export function decodeModelRoute(row: Selectable<ModelRoutesTable>): ModelRouteRow {
  return decode(rowSchema, `route ${row.name}`, () => ({
    ...(JSON.parse(row.route_json) as object),
    name: row.name,
  }));
}
