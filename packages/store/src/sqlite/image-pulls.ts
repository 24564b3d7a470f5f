import { imagePullSchema } from "@berth/api";
import { z } from "@berth/api/schema";
import type { Kysely, Selectable } from "kysely";
import type { ImagePullRow, ImagePullStore } from "../store.ts";
import { decode } from "./decode.ts";
import type { ImagePullsTable, Tables } from "./tables.ts";

const rowSchema = z.object({
  pull: imagePullSchema,
  name: z.string().nullable(),
  loginNode: z.boolean(),
});

export function imagePullStore(db: Kysely<Tables>): ImagePullStore {
  return {
    listImagePulls: async () => {
      const rows = await db.selectFrom("image_pulls").selectAll().orderBy("id").execute();
      return rows.map(decodeImagePull);
    },
    putImagePull: async ({ pull, ...request }) => {
      const { id, profile, ...rest } = pull;
      await db
        .replaceInto("image_pulls")
        .values({ id, profile, pull_json: JSON.stringify({ ...request, pull: rest }) })
        .execute();
    },
    deleteImagePull: async (id) => {
      await db.deleteFrom("image_pulls").where("id", "=", id).execute();
    },
  };
}

export function decodeImagePull({ id, profile, pull_json }: Selectable<ImagePullsTable>): ImagePullRow {
  return decode(rowSchema, `image pull ${id}`, () => {
    const { pull, ...request } = JSON.parse(pull_json) as { pull: object };
    return { ...request, pull: { ...pull, id, profile } };
  });
}
