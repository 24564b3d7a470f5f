import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "../figures.ts";

const writes = 200;

/** How long the disk that all of them write to takes for a page: without that, nobody can read the figures. */
export async function syncMicroseconds(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "berth-bench-disk-"));
  const file = await open(join(folder, "pages"), "w");
  const took: number[] = [];
  for (let count = 0; count < writes; count += 1) {
    const began = performance.now();
    await file.write(Buffer.alloc(4096, count));
    await file.datasync();
    took.push((performance.now() - began) * 1000);
  }
  await file.close();
  await rm(folder, { recursive: true });
  return median(took);
}
