import { launcherConformance } from "@berth/launchers/conformance";
import { describe, test } from "vitest";
import { labObstacle } from "../lab.ts";
import { SlurmPlace } from "./slurm-place.ts";

describe.skipIf(labObstacle() !== undefined)("the slurm launcher", () => {
  for (const { name, run } of launcherConformance)
    test(name, async () => {
      await using place = new SlurmPlace();
      await run(place);
    });
});
