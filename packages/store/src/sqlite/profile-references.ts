import { type Kysely, sql } from "kysely";
import type { ProfileReferenceStore } from "../store.ts";
import type { Tables } from "./tables.ts";

export function profileReferenceStore(db: Kysely<Tables>): ProfileReferenceStore {
  return {
    renameProfile: (from, to) =>
      db.transaction().execute(async (transaction) => {
        for (const table of ["services", "downloads"] as const)
          await transaction.updateTable(table).set({ profile: to }).where("profile", "=", from).execute();
        // a profile of the new name may once have registered the same models
        await sql`update or replace local_models set profile = ${to} where profile = ${from}`.execute(
          transaction,
        );
      }),
  };
}
