import { describe, test } from "vitest";
import { launcherConformance } from "../conformance.ts";
import { LocalPlace } from "../test/local-place.ts";

describe("the local launcher", () => {
  for (const { name, run } of launcherConformance)
    test.concurrent(name, async () => {
      await using place = new LocalPlace();
      await run(place);
    });
});
