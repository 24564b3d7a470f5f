/** A process that hands requests to the ledger and says when: `node ledger-until-killed.ts DB ROUND`. */
import { writeSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { openUsageStore } from "../sqlite/usage/open-usage.ts";
import { ledgerEntry } from "./rows.ts";

const [path = "", round = ""] = process.argv.slice(2);
const usage = await openUsageStore({
  path,
  onLost: (count, reason) => {
    throw new Error(`${count} lost: ${reason}`);
  },
});
// until the thread is there
await usage.getRequest("");

for (let index = 0; ; index += 1) {
  const id = `r${round}-${index}`;
  usage.append([ledgerEntry({ id }, { request: "x".repeat(1000), response: "y".repeat(1000) })]);
  writeSync(1, `${id} ${Date.now()}\n`);
  await setTimeout(1);
}
