import { test } from "vitest";
import { survivesKills } from "./kills/survive-kills.ts";

test(
  "killed 20 times under load, the server loses no job and keeps one result of each",
  { timeout: 600_000 },
  async () => {
    console.log(await survivesKills({ kills: 20, seed: Number(process.env["SEED"] ?? 20261130) }));
  },
);
