import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { top } from "../berth-process.ts";
import { behaviourTable, seedBehaviours, type Seed } from "./seed-behaviours.ts";

const run = seedBehaviours.flatMap(({ says, run: by }) => (by === undefined ? [] : [{ says, ...by }]));

test.for(run)("there is a test of: $says", async ({ file, fact }) => {
  const source = await readFile(join(top, file), "utf8");
  expect(source).toContain(JSON.stringify(fact));
});

test.each<Seed>(["Outpost", "Aitta", "Spirit-GPU"])("the guide has the table of %s", async (seed) => {
  const page = await readFile(join(top, "docs/guide/from-other-platforms.md"), "utf8");
  expect(page).toContain(behaviourTable(seed));
});
