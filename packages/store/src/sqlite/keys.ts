import { BerthError, keyLimitsSchema, scopeSchema, z } from "@berth/api";
import type { Kysely, Selectable } from "kysely";
import type { KeyRow, KeyStore } from "../store.ts";
import { decode } from "./decode.ts";
import { brokenUniqueness } from "./sqlite-error.ts";
import type { KeysTable, Tables } from "./tables.ts";

export function keyStore(db: Kysely<Tables>): KeyStore {
  return {
    listKeys: async () =>
      (await db.selectFrom("keys").selectAll().orderBy("created_at").orderBy("id").execute()).map(decodeKey),
    insertKey: (row) =>
      named(row, async () => {
        await db
          .insertInto("keys")
          .values({
            id: row.id,
            prefix: row.prefix,
            hash: row.hash,
            scopes_json: JSON.stringify(row.scopes),
            created_at: row.createdAt,
            last_used_at: row.lastUsedAt,
            ...changeable(row),
          })
          .execute();
      }),
    updateKey: (row) =>
      named(row, async () => {
        await db.updateTable("keys").set(changeable(row)).where("id", "=", row.id).execute();
      }),
    deleteKey: async (id) => {
      const { numDeletedRows } = await db.deleteFrom("keys").where("id", "=", id).executeTakeFirst();
      return numDeletedRows > 0n;
    },
    touchKeys: async (used) => {
      if (used.size === 0) return;
      await db.transaction().execute(async (transaction) => {
        for (const [id, at] of used) {
          await transaction
            .updateTable("keys")
            .set({ last_used_at: at })
            .where("id", "=", id)
            .where((is) => is.or([is("last_used_at", "is", null), is("last_used_at", "<", at)]))
            .execute();
        }
      });
    },
  };
}

function changeable(row: KeyRow) {
  return {
    name: row.name,
    models_json: row.models === null ? null : JSON.stringify(row.models),
    limits_json: JSON.stringify(row.limits),
    tags_json: JSON.stringify(row.tags),
    owner: row.owner,
    log_bodies: Number(row.logBodies),
    expires_at: row.expiresAt,
  };
}

async function named({ name }: KeyRow, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (brokenUniqueness(error) === undefined) throw error;
    throw new BerthError("already_exists", `a key named "${name}" exists: choose another name`, {
      param: "name",
      cause: error,
    });
  }
}

const tagsSchema = z.array(z.string());
const scopesSchema = z.array(scopeSchema);
const modelsSchema = z.array(z.string()).nullable();

export function decodeKey(row: Selectable<KeysTable>): KeyRow {
  const where = `key ${row.id}`;
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    hash: row.hash,
    scopes: decode(scopesSchema, where, () => JSON.parse(row.scopes_json)),
    models: decode(modelsSchema, where, () => JSON.parse(row.models_json ?? "null")),
    limits: decode(keyLimitsSchema, where, () => JSON.parse(row.limits_json)),
    tags: decode(tagsSchema, where, () => JSON.parse(row.tags_json)),
    owner: row.owner,
    logBodies: row.log_bodies === 1,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
  };
}
