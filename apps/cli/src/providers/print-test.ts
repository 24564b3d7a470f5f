import type { ProviderTest } from "@berth/api";
import type { Cli } from "../cli.ts";
import { oneLine } from "../terminal/plain-text.ts";

/** One line for each step, with how long it took. */
export function printTest({ print, style }: Cli, { checks }: ProviderTest): void {
  const marks = { ok: style.green("✔"), failed: style.red("✖"), skipped: style.dim("-") };
  const width = Math.max(...checks.map(({ step }) => step.length));
  for (const { step, outcome, message, ms } of checks) {
    const took = ms === null ? "" : style.dim(` (${ms} ms)`);
    print(`${marks[outcome]} ${step.padEnd(width)}   ${oneLine(message)}${took}`);
  }
}
