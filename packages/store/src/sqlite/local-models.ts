import { BerthError } from "@berth/api";
import type { Kysely } from "kysely";
import type { LocalModelStore } from "../store.ts";
import { brokenUniqueness } from "./sqlite-error.ts";
import type { Tables } from "./tables.ts";

export function localModelStore(db: Kysely<Tables>): LocalModelStore {
  return {
    listLocalModels: () =>
      db
        .selectFrom("local_models")
        .select(["path", "name", "profile"])
        .orderBy("profile")
        .orderBy("name")
        .execute(),
    insertLocalModel: async (row) => {
      try {
        await db.insertInto("local_models").values(row).execute();
      } catch (error) {
        const columns = brokenUniqueness(error);
        if (columns === undefined) throw error;
        const param = columns.includes("local_models.name") ? "name" : "path";
        throw new BerthError(
          "already_exists",
          `profile ${row.profile} has a model of the ${param} ${row[param]} already`,
          { param, cause: error },
        );
      }
    },
    deleteLocalModel: async ({ path, profile }) => {
      await db.deleteFrom("local_models").where("path", "=", path).where("profile", "=", profile).execute();
    },
  };
}
