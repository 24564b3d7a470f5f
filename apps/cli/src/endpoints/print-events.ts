import type { EndpointEvent } from "@berth/api";
import type { Cli } from "../cli.ts";
import { oneLine } from "../terminal/plain-text.ts";
import { timestamp } from "../terminal/timestamp.ts";

/** One line an event: when, what kind, and what happened. */
export function printEndpointEvents(cli: Cli, events: readonly EndpointEvent[]): void {
  for (const event of events) {
    if (cli.options.json === true) cli.print(JSON.stringify(event));
    else
      cli.print(`${cli.style.dim(timestamp(event.at))} ${event.kind.padEnd(10)} ${oneLine(event.message)}`);
  }
}
