import {
  BerthError,
  authSchemeSchema,
  providerKindSchema,
  providerModelSpecSchema,
  providerOptionsSchema,
  taskSchema,
  z,
} from "@berth/api";
import type { Kysely, Selectable } from "kysely";
import type { ProviderRow, ProviderStore } from "../store.ts";
import { decode } from "./decode.ts";
import { brokenUniqueness } from "./sqlite-error.ts";
import type { ProvidersTable, Tables } from "./tables.ts";

export function providerStore(db: Kysely<Tables>): ProviderStore {
  return {
    listProviders: async () =>
      (await db.selectFrom("providers").selectAll().orderBy("number").execute()).map(decodeProvider),
    putProvider: async ({ id, name, ...rest }) => {
      const provider_json = JSON.stringify(rest);
      try {
        await db
          .insertInto("providers")
          .values({ id, name, provider_json })
          .onConflict((conflict) => conflict.column("id").doUpdateSet({ name, provider_json }))
          .execute();
      } catch (error) {
        if (brokenUniqueness(error) === undefined) throw error;
        throw new BerthError("already_exists", `a provider named "${name}" exists: choose another name`, {
          param: "name",
          cause: error,
        });
      }
    },
    deleteProvider: async (id) => {
      await db.deleteFrom("providers").where("id", "=", id).execute();
    },
  };
}

const rowSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: providerKindSchema,
  url: z.string(),
  models: z.array(providerModelSpecSchema),
  discover: z.boolean(),
  credential: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("none") }),
    z.object({ kind: z.literal("env"), name: z.string() }),
    z.object({ kind: z.literal("stored"), sealed: z.string(), setAt: z.number() }),
  ]),
  auth: authSchemeSchema.nullable(),
  options: providerOptionsSchema,
  anyPath: z.boolean(),
  maxParallel: z.number().nullable(),
  connectSeconds: z.number().nullable(),
  firstTokenSeconds: z.number().nullable(),
  enabled: z.boolean(),
  found: z
    .array(
      z.object({
        name: z.string(),
        task: taskSchema.nullable(),
        contextTokens: z.number().nullable(),
        maxOutputTokens: z.number().nullable(),
      }),
    )
    .nullable(),
  createdAt: z.number(),
  updatedAt: z.number(),
});

export function decodeProvider(row: Selectable<ProvidersTable>): ProviderRow {
  return decode(rowSchema, `provider ${row.name}`, () => ({
    ...(JSON.parse(row.provider_json) as object),
    id: row.id,
    name: row.name,
  }));
}
