import { type Download, downloadSchema } from "@berth/api";
import type { Kysely, Selectable } from "kysely";
import type { DownloadStore } from "../store.ts";
import { decode } from "./decode.ts";
import type { DownloadsTable, Tables } from "./tables.ts";

export function downloadStore(db: Kysely<Tables>): DownloadStore {
  return {
    listDownloads: async () => {
      const rows = await db
        .selectFrom("downloads")
        .selectAll()
        .orderBy("created_at", "desc")
        .orderBy("id")
        .execute();
      return rows.map(decodeDownload);
    },
    putDownload: async ({ id, profile, createdAt, ...rest }) => {
      await db
        .replaceInto("downloads")
        .values({ id, profile, created_at: createdAt, download_json: JSON.stringify(rest) })
        .execute();
    },
    deleteDownload: async (id) => {
      await db.deleteFrom("downloads").where("id", "=", id).execute();
    },
  };
}

export function decodeDownload(row: Selectable<DownloadsTable>): Download {
  return decode(downloadSchema, `download ${row.id}`, () => ({
    ...(JSON.parse(row.download_json) as object),
    id: row.id,
    profile: row.profile,
    createdAt: row.created_at,
  }));
}
