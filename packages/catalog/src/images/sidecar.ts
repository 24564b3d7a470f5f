import { readFile } from "node:fs/promises";
import { z } from "@berth/api/schema";
import { replaceFile } from "@berth/std/whole-file";
import { isDenied, isMissing } from "../file-error.ts";

/** What we know of a SIF file that we made; it lies beside it, as `NAME.sif.json`. */
const sidecarSchema = z.object({
  version: z.literal(1),
  source: z.string(),
  name: z.string(),
  tag: z.string().nullable(),
  digest: z.string().nullable(),
  fileSha256: z.string(),
});
export type Sidecar = z.infer<typeof sidecarSchema>;

export const sidecarPath = (sifPath: string): string => `${sifPath}.json`;

/** `undefined` where there is none, or none of ours. */
export async function readSidecar(sifPath: string): Promise<Sidecar | undefined> {
  try {
    return sidecarSchema.safeParse(JSON.parse(await readFile(sidecarPath(sifPath), "utf8"))).data;
  } catch (error) {
    if (isMissing(error) || isDenied(error) || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export async function writeSidecar(sifPath: string, sidecar: Omit<Sidecar, "version">): Promise<void> {
  await replaceFile(sidecarPath(sifPath), `${JSON.stringify({ version: 1, ...sidecar }, null, 2)}\n`);
}
