import type { EndpointEvent } from "@berth/api";
import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { findEndpoint } from "../../endpoints/find-endpoint.ts";
import { printEndpointEvents } from "../../endpoints/print-events.ts";
import { addExamples } from "../../help.ts";
import { untilInterrupted } from "../../interrupt.ts";
import { wholeNumber } from "../../read-number.ts";
import { followEvents } from "../../services/follow-events.ts";

interface Options {
  readonly follow?: boolean;
  readonly tail?: number;
}

export function define(command: Command, cli: Cli): void {
  command
    .argument("<endpoint>", "name, OWNER/NAME or id")
    .option("-f, --follow", "go on as things happen, until Ctrl-C")
    .option("-n, --tail <count>", "only the last events", wholeNumber(0, 10_000))
    .action(async (reference: string, { follow, tail }: Options) => {
      const client = cli.client();
      const { id } = await findEndpoint(cli, reference);
      const readPast = async (): Promise<EndpointEvent[]> => {
        const query = tail === undefined ? {} : { limit: tail };
        return (await client.listEndpointEvents({ params: { id }, query })).data.toSorted(
          (a, b) => a.id - b.id,
        );
      };
      if (follow !== true) {
        const events = await readPast();
        if (cli.options.json === true) cli.printList(events);
        else printEndpointEvents(cli, events);
        return;
      }
      await untilInterrupted("", (signal) =>
        followEvents(client, {
          signal,
          readPast,
          onPast: (events) => printEndpointEvents(cli, events),
          eventOf: (change) =>
            change.type === "endpoint-event" && change.event.endpointId === id ? change.event : undefined,
          onEvent: (event) => printEndpointEvents(cli, [event]),
        }),
      );
    });
  addExamples(command, {
    "berth endpoint events chat": "orders, deployments, and decisions with their reasons",
    "berth endpoint events chat -f --tail 5": "the last ones, and what comes",
  });
}
