import { test } from "vitest";
import { survivesRandomKills } from "../recovery/random-kills.ts";

test("200 random kills leave no orphan and no wrong row", () =>
  survivesRandomKills(200, Number(process.env["SEED"] ?? 7)));
