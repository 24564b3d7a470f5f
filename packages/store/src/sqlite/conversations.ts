import { type Conversation, conversationSchema } from "@berth/api";
import type { Kysely, Selectable } from "kysely";
import type { ConversationStore } from "../store.ts";
import { decode } from "./decode.ts";
import type { ConversationsTable, Tables } from "./tables.ts";

export function conversationStore(db: Kysely<Tables>): ConversationStore {
  return {
    listConversations: async () => {
      const rows = await db
        .selectFrom("conversations")
        .select(["id", "title", "model", "created_at", "updated_at"])
        .orderBy("updated_at", "desc")
        .orderBy("id")
        .execute();
      return rows.map((row) => ({
        id: row.id,
        title: row.title,
        model: row.model,
        createdAt: row.created_at,
        updatedAt: row.updated_at,
      }));
    },
    getConversation: async (id) => {
      const row = await db.selectFrom("conversations").selectAll().where("id", "=", id).executeTakeFirst();
      return row === undefined ? undefined : decodeConversation(row);
    },
    putConversation: async ({ id, title, model, createdAt, updatedAt, ...content }) => {
      await db
        .replaceInto("conversations")
        .values({
          id,
          title,
          model,
          created_at: createdAt,
          updated_at: updatedAt,
          content_json: JSON.stringify(content),
        })
        .execute();
    },
    deleteConversation: async (id) => {
      const { numDeletedRows } = await db.deleteFrom("conversations").where("id", "=", id).executeTakeFirst();
      return numDeletedRows > 0n;
    },
  };
}

export function decodeConversation(row: Selectable<ConversationsTable>): Conversation {
  return decode(conversationSchema, `conversation ${row.id}`, () => ({
    ...(JSON.parse(row.content_json) as object),
    id: row.id,
    title: row.title,
    model: row.model,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }));
}
