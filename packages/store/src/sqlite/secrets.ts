import { hardwarePresetSchema, z } from "@berth/api";
import type { Kysely, Selectable } from "kysely";
import type { HardwarePresetRow, HardwarePresetStore, SecretRow, SecretStore } from "../endpoint-store.ts";
import { decode } from "./decode.ts";
import type { HardwarePresetsTable, SecretsTable, Tables } from "./tables.ts";

export function secretStore(db: Kysely<Tables>): SecretStore {
  return {
    listSecrets: async () =>
      (await db.selectFrom("secrets").selectAll().orderBy("owner").orderBy("name").execute()).map(
        decodeSecret,
      ),
    putSecret: async ({ owner, name, ...rest }) => {
      await db
        .replaceInto("secrets")
        .values({ owner, name, secret_json: JSON.stringify(rest) })
        .execute();
    },
    deleteSecret: async (owner, name) => {
      const { numDeletedRows } = await db
        .deleteFrom("secrets")
        .where("owner", "=", owner)
        .where("name", "=", name)
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },
  };
}

const secretRowSchema = z.object({
  owner: z.string(),
  name: z.string(),
  sealed: z.string(),
  provider: z.string().nullable(),
  createdAt: z.number().int(),
  updatedAt: z.number().int(),
});

export function decodeSecret({ owner, name, secret_json }: Selectable<SecretsTable>): SecretRow {
  return decode(secretRowSchema, `secret ${owner}/${name}`, () => ({
    ...(JSON.parse(secret_json) as object),
    owner,
    name,
  }));
}

/** A preset for everywhere has the profile `""`: no profile is called so, and a key takes no null. */
export function hardwarePresetStore(db: Kysely<Tables>): HardwarePresetStore {
  return {
    listHardwarePresets: async () =>
      (await db.selectFrom("hardware_presets").selectAll().orderBy("name").orderBy("profile").execute()).map(
        decodeHardwarePreset,
      ),
    putHardwarePreset: async ({ name, profile, ...rest }) => {
      await db
        .replaceInto("hardware_presets")
        .values({ name, profile: profile ?? "", preset_json: JSON.stringify(rest) })
        .execute();
    },
    deleteHardwarePreset: async (name, profile) => {
      const { numDeletedRows } = await db
        .deleteFrom("hardware_presets")
        .where("name", "=", name)
        .where("profile", "=", profile ?? "")
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },
  };
}

const presetRowSchema = hardwarePresetSchema.omit({ isBuiltIn: true });

export function decodeHardwarePreset(row: Selectable<HardwarePresetsTable>): HardwarePresetRow {
  return decode(presetRowSchema, `hardware preset ${row.name}`, () => ({
    ...(JSON.parse(row.preset_json) as object),
    name: row.name,
    profile: row.profile === "" ? null : row.profile,
  }));
}
