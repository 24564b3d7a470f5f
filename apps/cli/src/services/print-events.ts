import type { ServiceEvent } from "@berth/api";
import type { Cli } from "../cli.ts";
import { oneLine } from "../terminal/plain-text.ts";
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

/** `2026-11-21 04:02:05`, in the terminal's time zone. */
function timestamp(atMs: number): string {
  const date = new Date(atMs);
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join("-");
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":")}`;
}
