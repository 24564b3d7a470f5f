import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { addExamples } from "../help.ts";
import { untilInterrupted } from "../interrupt.ts";
import { printLog } from "../print-log.ts";
import { wholeNumber } from "../read-number.ts";
import { findService } from "../services/find-service.ts";
import { tellDiagnosis } from "../services/tell-diagnosis.ts";

interface Options {
  readonly follow?: boolean;
  readonly tail?: number;
}

export function define(command: Command, cli: Cli): void {
  command
    .argument("<service>", "id, start of an id, or name")
    .option("-f, --follow", "go on as the log grows, until Ctrl-C")
    .option("-n, --tail <lines>", "only the last lines", wholeNumber(0, 100_000))
    .action(async (reference: string, { follow, tail }: Options) => {
      const client = cli.client();
      const { id } = await findService(client, reference);
      const query = {
        ...(follow === true ? { follow: "true" as const } : {}),
        ...(tail === undefined ? {} : { tail }),
      };
      await untilInterrupted("", (signal) =>
        printLog(cli, client.getServiceLogs({ params: { id }, query, signal })),
      );
      const service = await findService(client, id);
      if (service.diagnosis !== null) tellDiagnosis(cli, service);
    });
  addExamples(command, {
    "berth logs pilot": "all there is",
    "berth logs pilot -f --tail 20": "the last lines, and what comes",
  });
}
