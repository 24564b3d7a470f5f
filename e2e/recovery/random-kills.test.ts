import { test } from "vitest";
import { survivesRandomKills } from "./random-kills.ts";

test("10 random kills leave no orphan and no wrong row", { timeout: 600_000 }, () =>
  survivesRandomKills(10, 20261121),
);
