import type { ServiceEvent } from "@berth/api";
import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { addExamples } from "../help.ts";
import { untilInterrupted } from "../interrupt.ts";
import { wholeNumber } from "../read-number.ts";
import { shortId } from "../services/columns.ts";
import { findService } from "../services/find-service.ts";
import { followEvents } from "../services/follow-events.ts";
import { printEvents } from "../services/print-events.ts";

interface Options {
  readonly follow?: boolean;
  readonly tail?: number;
}

export function define(command: Command, cli: Cli): void {
  command
    .argument("[service]", "id, start of an id, or name; every service when absent")
    .option("-f, --follow", "go on as things happen, until Ctrl-C")
    .option("-n, --tail <count>", "only the last events", wholeNumber(0, 100_000))
    .action(async (reference: string | undefined, options: Options) => {
      const client = cli.client();
      const only = reference === undefined ? undefined : await findService(client, reference);
      const names = new Map<string, string>();
      const nameOf = only === undefined ? (id: string) => names.get(id) ?? shortId(id) : undefined;
      const readPast = async (): Promise<ServiceEvent[]> => {
        const services =
          only === undefined ? (await client.listServices({ query: { all: "true" } })).data : [only];
        for (const { id, name } of services) names.set(id, name);
        const lists = await Promise.all(
          services.map(({ id }) => client.listServiceEvents({ params: { id } })),
        );
        return lists.flatMap(({ data }) => data).toSorted((a, b) => a.id - b.id);
      };
      const last = (events: readonly ServiceEvent[]): readonly ServiceEvent[] =>
        options.tail === undefined ? events : events.slice(Math.max(0, events.length - options.tail));
      if (options.follow !== true) {
        const events = last(await readPast());
        if (cli.options.json === true) cli.printList(events);
        else printEvents(cli, events, nameOf);
        return;
      }
      await untilInterrupted("", (signal) =>
        followEvents(client, {
          signal,
          readPast,
          onPast: (events) => printEvents(cli, last(events), nameOf),
          eventOf: (change) => {
            if (change.type === "service") names.set(change.service.id, change.service.name);
            return change.type === "service-event" ? change.event : undefined;
          },
          onEvent: (event) => {
            if (only === undefined || event.serviceId === only.id) printEvents(cli, [event], nameOf);
          },
        }),
      );
    });
  addExamples(command, {
    "berth events": "what happened to all services",
    "berth events pilot -f": "one service's history, and what comes",
    "berth events -f --tail 0 --json": "one JSON object a line, from now on",
  });
}
