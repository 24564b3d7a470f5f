/** `node e2e/docs/reference/write-reference.ts`: brings the generated parts of the guide up to what the program says now. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { top } from "../../berth-process.ts";
import { guidePages, readPage } from "../page.ts";
import { fillPage } from "./fill-page.ts";

for (const page of guidePages()) {
  const text = readPage(page);
  const filled = await fillPage(text);
  if (filled === text) continue;
  writeFileSync(join(top, page), filled);
  console.log(page);
}
