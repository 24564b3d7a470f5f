import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { modelSchema, type Profile } from "@berth/api";
import { z } from "@berth/api/schema";
import { replaceFile } from "@berth/std/whole-file";
import { isMissing } from "../file-error.ts";

const listingSchema = z.object({
  version: z.literal(1),
  /** The place it is of: a profile that leads elsewhere by now has no listing. */
  place: z.string(),
  digest: z.string(),
  seenAt: z.number(),
  models: z.array(modelSchema),
});
export type Listing = Pick<z.infer<typeof listingSchema>, "digest" | "seenAt" | "models">;

/** Each profile's last listing. Losing it costs one look at the place, no more. */
export interface ListingMemory {
  read(profile: Profile): Promise<Listing | undefined>;
  write(profile: Profile, listing: Listing): Promise<void>;
}

/** Keeps listings in memory, and in a file a profile in the folder, so that they outlive the server. */
export function createListingMemory(folder: string): ListingMemory {
  const known = new Map<string, { readonly place: string; readonly listing: Listing }>();
  const pathOf = (profile: Profile): string => join(folder, `${profile.name}.json`);
  return {
    async read(profile) {
      const place = placeOf(profile);
      const here = known.get(profile.name);
      if (here !== undefined) return here.place === place ? here.listing : undefined;
      const stored = await readListing(pathOf(profile));
      if (stored?.place !== place) return undefined;
      known.set(profile.name, { place, listing: stored });
      return stored;
    },
    async write(profile, { digest, seenAt, models }) {
      const place = placeOf(profile);
      const isSame = known.get(profile.name)?.listing.digest === digest;
      known.set(profile.name, { place, listing: { digest, seenAt, models } });
      // what has not changed is not written again: the file only tells an earlier time
      if (isSame) return;
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await replaceFile(pathOf(profile), JSON.stringify({ version: 1, place, digest, seenAt, models }));
    },
  };
}

const placeOf = ({ home, cache, slurm }: Profile): string =>
  JSON.stringify([slurm?.host ?? null, slurm?.user ?? null, home, cache]);

async function readListing(path: string): Promise<z.infer<typeof listingSchema> | undefined> {
  try {
    return listingSchema.safeParse(JSON.parse(await readFile(path, "utf8"))).data;
  } catch (error) {
    // no file, or none of ours: the place is asked
    if (isMissing(error) || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
