import { test } from "vitest";
import { survivesKills } from "./kills/survive-kills.ts";

const kills = Number(process.env["KILLS"] ?? 1_000);
const seed = Number(process.env["SEED"] ?? 5);
const mostMs = Number(process.env["MINUTES"] ?? Infinity) * 60_000;

test(`killed ${kills} times under load, or as often as there is time, the server loses no job and keeps one result of each`, async () => {
  console.log(await survivesKills({ kills, seed, mostMs }));
});
