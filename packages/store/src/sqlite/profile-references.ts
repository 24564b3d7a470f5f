import { type Kysely, sql } from "kysely";
import type { ProfileReferenceStore } from "../store.ts";
import type { Tables } from "./tables.ts";

export function profileReferenceStore(db: Kysely<Tables>): ProfileReferenceStore {
  return {
    renameProfile: (from, to) =>
      db.transaction().execute(async (transaction) => {
        // whoever holds the row as it was must read it again, or his next write would undo this
        await transaction
          .updateTable("services")
          .set((row) => ({ profile: to, generation: row("generation", "+", 1) }))
          .where("profile", "=", from)
          .execute();
        await transaction.updateTable("downloads").set({ profile: to }).where("profile", "=", from).execute();
        await transaction
          .updateTable("image_pulls")
          .set({ profile: to })
          .where("profile", "=", from)
          .execute();
        // a profile of the new name may once have registered the same models
        await sql`update or replace local_models set profile = ${to} where profile = ${from}`.execute(
          transaction,
        );
      }),
  };
}
