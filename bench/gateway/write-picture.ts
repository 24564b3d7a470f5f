import { writeFile } from "node:fs/promises";
import { pictureText } from "./picture.ts";
import type { Result } from "./results.ts";

/** Draws the table for the docs. */
export async function writePicture(path: string, results: readonly Result[]): Promise<void> {
  await writeFile(
    path,
    pictureText(results.filter(({ microsecondsEach }) => !Number.isNaN(microsecondsEach))),
  );
}
