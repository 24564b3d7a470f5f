import type { Kysely, Selectable } from "kysely";
import type { SessionRow, SessionStore } from "../store.ts";
import type { SessionsTable, Tables } from "./tables.ts";

export function sessionStore(db: Kysely<Tables>): SessionStore {
  return {
    getSession: async (idHash, now) => {
      const row = await db
        .selectFrom("sessions")
        .selectAll()
        .where("id_hash", "=", idHash)
        .where("expires_at", ">", now)
        .executeTakeFirst();
      return row === undefined ? undefined : decodeSession(row);
    },
    insertSession: async (row) => {
      await db
        .insertInto("sessions")
        .values({
          id_hash: row.idHash,
          csrf_token: row.csrfToken,
          created_at: row.createdAt,
          expires_at: row.expiresAt,
        })
        .execute();
    },
    extendSession: async (idHash, expiresAt) => {
      await db.updateTable("sessions").set({ expires_at: expiresAt }).where("id_hash", "=", idHash).execute();
    },
    deleteSession: async (idHash) => {
      await db.deleteFrom("sessions").where("id_hash", "=", idHash).execute();
    },
    deleteExpiredSessions: async (now) => {
      await db.deleteFrom("sessions").where("expires_at", "<=", now).execute();
    },
  };
}

export function decodeSession(row: Selectable<SessionsTable>): SessionRow {
  return {
    idHash: row.id_hash,
    csrfToken: row.csrf_token,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}
