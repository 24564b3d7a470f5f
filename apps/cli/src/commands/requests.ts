import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { readDuration } from "../duration.ts";
import { addExamples } from "../help.ts";
import { untilInterrupted } from "../interrupt.ts";
import { wholeNumber } from "../read-number.ts";
import { followRequests } from "../usage/follow-requests.ts";
import { keyNames, requestColumns, requestLine } from "../usage/request-columns.ts";

const mostAtOnce = 1000;

interface Options {
  readonly key?: string;
  readonly model?: string;
  readonly provider?: string;
  readonly route?: string;
  readonly errors?: boolean;
  readonly since?: string;
  readonly tail: number;
  readonly follow?: boolean;
}

export function define(command: Command, cli: Cli): void {
  command
    .option("--key <key>", "of one key: its name or id")
    .option("--model <name>", "that named this model")
    .option("--provider <name>", "that this provider answered")
    .option("--route <name>", "that took this route")
    .option("--errors", "only those that failed")
    .option("--since <duration>", "that ended since, as 1h or 7d")
    .option("-n, --tail <count>", "how many, the last first", wholeNumber(0, mostAtOnce), 20)
    .option("-f, --follow", "go on as requests end, until Ctrl-C")
    .action(async (options: Options) => {
      const { key, model, provider, route, errors, since, tail, follow } = options;
      const client = cli.client();
      const nowMs = cli.io.now();
      const query = {
        ...(key === undefined ? {} : { key }),
        ...(model === undefined ? {} : { model }),
        ...(provider === undefined ? {} : { provider }),
        ...(route === undefined ? {} : { route }),
        ...(errors === true ? { outcome: "error" as const } : {}),
        ...(since === undefined ? {} : { from: Math.round(nowMs - readDuration(since, "--since") * 1000) }),
      };
      const limit = follow === true ? mostAtOnce : Math.max(1, tail);
      const [{ data }, keys] = await Promise.all([
        client.listRequests({ query: { ...query, limit } }),
        client.listKeys(),
      ]);
      const shown = data.slice(0, tail);
      const nameOf = keyNames(keys.data);
      if (follow === true) {
        const tell = (record: (typeof data)[number]): void =>
          cli.options.json === true
            ? cli.print(JSON.stringify(record))
            : cli.printPlain(requestLine(record, nameOf));
        for (const record of shown.toReversed()) tell(record);
        await untilInterrupted("", (signal) =>
          followRequests(client, { query, past: data, nowMs, signal, onRequest: tell }),
        );
      } else if (cli.options.json === true) cli.printList(shown);
      else cli.table(requestColumns(cli.style, nowMs, nameOf), shown);
    });
  addExamples(command, {
    "berth requests": "the last twenty",
    "berth requests --errors --since 1h": "what failed in the last hour",
    "berth requests --key ci --model berth/pilot -f": "one key's calls of one model, as they end",
    "berth requests -n 1000 --json": "everything about the last thousand",
  });
}
