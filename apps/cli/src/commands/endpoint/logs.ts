import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { findEndpoint } from "../../endpoints/find-endpoint.ts";
import { addExamples } from "../../help.ts";
import { untilInterrupted } from "../../interrupt.ts";
import { printLog } from "../../print-log.ts";
import { wholeNumber } from "../../read-number.ts";

interface Options {
  readonly follow?: boolean;
  readonly tail?: number;
  readonly replica?: string;
}

export function define(command: Command, cli: Cli): void {
  command
    .argument("<endpoint>", "name, OWNER/NAME or id")
    .option("-f, --follow", "go on as the logs grow, until Ctrl-C")
    .option("-n, --tail <lines>", "only the last lines", wholeNumber(0, 100_000))
    .option("--replica <name>", "only this replica's: its name or id")
    .action(async (reference: string, { follow, tail, replica }: Options) => {
      const { id } = await findEndpoint(cli, reference);
      const query = {
        ...(follow === true ? { follow: "true" as const } : {}),
        ...(tail === undefined ? {} : { tail }),
        ...(replica === undefined ? {} : { replica }),
      };
      await untilInterrupted("", (signal) =>
        printLog(cli, cli.client().getEndpointLogs({ params: { id }, query, signal })),
      );
    });
  addExamples(command, {
    "berth endpoint logs chat": "of all replicas, each line behind its replica's name",
    "berth endpoint logs chat -f --tail 20": "the last lines, and what comes",
    "berth endpoint logs chat --replica chat-2": "of one",
  });
}
