import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { addExamples } from "../help.ts";
import { untilInterrupted } from "../interrupt.ts";
import { wholeNumber } from "../read-number.ts";
import { findService } from "../services/find-service.ts";
import { tellDiagnosis } from "../services/tell-diagnosis.ts";
import { PlainStream } from "../terminal/plain-stream.ts";

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
      // a file gets what was written, byte for byte
      const plain = cli.io.stdout.isTTY ? new PlainStream() : undefined;
      await untilInterrupted("", async (signal) => {
        for await (const text of client.getServiceLogs({ params: { id }, query, signal })) {
          if (!cli.io.stdout.write(plain?.pass(text) ?? text))
            await new Promise((resolve) => cli.io.stdout.once("drain", resolve));
        }
      });
      const service = await findService(client, id);
      if (service.diagnosis !== null) tellDiagnosis(cli, service);
    });
  addExamples(command, {
    "berth logs pilot": "all there is",
    "berth logs pilot -f --tail 20": "the last lines, and what comes",
  });
}
