import { resourcesSchema } from "@berth/api";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { labObstacle } from "../lab.ts";
import { SlurmPlace } from "./slurm-place.ts";

const words = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 });
const nasty = fc.constantFrom(
  `it's`,
  `"`,
  `\\`,
  `#`,
  `$(id)`,
  "`id`",
  "%j",
  " ",
  "\\\\",
  `'"'`,
  "ü – 漢",
  "*",
  "-p gpu",
);

describe.skipIf(labObstacle() !== undefined)("values that people give", () => {
  test("reach Slurm as they are, through a job script and the real sbatch", async () => {
    await using place = new SlurmPlace();
    const launcher = place.launcher();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(nasty, words), { minLength: 1, maxLength: 4 }), async (parts) => {
        const value = parts.join("");
        const resources = { sbatch: [`--mail-user=${value}`, "--mail-type=END", "--hold"] };
        // what the schema lets pass is submitted unharmed; the rest is refused by its name there
        fc.pre(resourcesSchema.safeParse(resources).success);
        const request = place.request({ kind: "serve", lines: 0 }, { resources });
        const handle = await launcher.launch(request, new AbortController().signal);
        const { jobId } = JSON.parse(handle) as { jobId: string };
        const shown = place.user("scontrol", "show", "job", jobId);
        place.user("scancel", jobId);
        expect(shown).toContain(`MailUser=${value} MailType=END`);
      }),
      { numRuns: 25 },
    );
  });
});
