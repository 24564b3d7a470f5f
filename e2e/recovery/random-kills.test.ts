import { test } from "vitest";
import { survivesRandomKills } from "./random-kills.ts";

test("20 random kills leave no orphan and no wrong row", { timeout: 600_000 }, () =>
  survivesRandomKills(20, 20261121),
);
