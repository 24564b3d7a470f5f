import type { ServiceEvent } from "@berth/api";
import type { Cli } from "../cli.ts";
import { oneLine } from "../terminal/plain-text.ts";
import { timestamp } from "../terminal/timestamp.ts";
import { padEnd } from "../terminal/width.ts";
import { statusPaint } from "./status-paint.ts";

/** One line an event: when, whose (where that is not plain), the status, and what happened. */
export function printEvents(
  cli: Cli,
  events: readonly ServiceEvent[],
  nameOf: ((id: string) => string) | undefined,
): void {
  for (const event of events) {
    if (cli.options.json === true) {
      cli.print(JSON.stringify(event));
      continue;
    }
    const whose = nameOf === undefined ? "" : `${padEnd(oneLine(nameOf(event.serviceId)), 16)} `;
    const status = statusPaint(event.status, cli.style)(event.status.padEnd(9));
    cli.print(`${cli.style.dim(timestamp(event.at))} ${whose}${status} ${oneLine(event.message)}`);
  }
}
