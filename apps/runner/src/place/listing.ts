import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Model } from "@berth/api";
import type { PlaceLine } from "@berth/api/place-protocol";

const pack = promisify(gzip);

/** The line that tells the models; short when the asker knows them. A listing packs to a tenth of its length. */
export async function listingLine(models: readonly Model[], known: string | null): Promise<PlaceLine> {
  const text = JSON.stringify(models);
  const digest = createHash("sha256").update(text).digest("hex");
  if (digest === known) return { type: "listing", digest, models: null };
  return { type: "listing", digest, models: (await pack(text)).toString("base64") };
}
