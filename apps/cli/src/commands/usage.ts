import type { UsageGroup, UsageRow } from "@berth/api";
import { Option, type Command } from "commander";
import type { Cli } from "../cli.ts";
import { readDuration } from "../duration.ts";
import { addExamples } from "../help.ts";
import { bar } from "../terminal/bar.ts";
import type { Column } from "../terminal/table.ts";
import { money, shortCount, timeSpan } from "../usage/figures.ts";

const groups = ["model", "key", "provider", "route", "day", "hour"] as const satisfies readonly UsageGroup[];
const barColumns = 16;

interface Options {
  readonly by: UsageGroup;
  readonly since: string;
  readonly key?: string;
  readonly model?: string;
  readonly provider?: string;
  readonly route?: string;
}

export function define(command: Command, cli: Cli): void {
  command
    .addOption(new Option("--by <what>", "what to add up by").choices(groups).default("model"))
    .option("--since <duration>", "how far back, in whole hours, as 24h or 7d", "24h")
    .option("--key <key>", "of one key: its name or id")
    .option("--model <name>", "of one model")
    .option("--provider <name>", "of one provider")
    .option("--route <name>", "of one route")
    .action(async (options: Options) => {
      const { by, since, key, model, provider, route } = options;
      const to = cli.io.now();
      const { data } = await cli.client().getUsage({
        query: {
          by,
          from: Math.max(0, Math.round(to - readDuration(since, "--since") * 1000)),
          to,
          ...(key === undefined ? {} : { key }),
          ...(model === undefined ? {} : { model }),
          ...(provider === undefined ? {} : { provider }),
          ...(route === undefined ? {} : { route }),
        },
      });
      if (cli.options.json === true) return cli.printList(data);
      // times in their order, names by what they used
      const isTime = by === "day" || by === "hour";
      const rows = isTime ? data : data.toSorted((a, b) => weight(b) - weight(a));
      cli.table(columns(cli, by, rows), rows);
    });
  addExamples(command, {
    "berth usage": "the last 24 hours, by model",
    "berth usage --by key --since 30d": "who used how much this month",
    "berth usage --by hour --model berth/pilot": "one model, hour by hour (UTC)",
    "berth usage --by day --since 30d --provider openai": "one provider, day by day",
    "berth usage --by day --since 90d --json": "for a plot of your own",
  });
}

/** Tokens; where nothing counts them, requests. */
function weight(row: UsageRow): number {
  return row.inputTokens + row.outputTokens + row.requests / 1000;
}

function columns(cli: Cli, by: UsageGroup, rows: readonly UsageRow[]): readonly Column<UsageRow>[] {
  const most = Math.max(...rows.map(weight));
  return [
    { title: by.toUpperCase(), cell: ({ group }) => groupText(group, by), shrinkTo: 12 },
    { title: "REQUESTS", cell: ({ requests }) => shortCount(requests) },
    {
      title: "ERRORS",
      cell: ({ errors }) => shortCount(errors),
      paint: ({ errors }) => (errors > 0 ? cli.style.red : cli.style.dim),
    },
    { title: "INPUT", cell: ({ inputTokens }) => shortCount(inputTokens) },
    { title: "CACHED", cell: ({ cachedTokens }) => shortCount(cachedTokens), expendable: 4 },
    { title: "OUTPUT", cell: ({ outputTokens }) => shortCount(outputTokens) },
    { title: "COST", cell: ({ costUsd }) => money(costUsd) },
    { title: "GPU-SECONDS", cell: ({ gpuSeconds }) => shortCount(gpuSeconds), expendable: 3 },
    {
      title: "FIRST TOKEN",
      cell: (row) => `${timeSpan(row.firstTokenP50Ms)} (p99 ${timeSpan(row.firstTokenP99Ms)})`,
      brief: (row) => timeSpan(row.firstTokenP50Ms),
      expendable: 2,
    },
    {
      title: "DURATION",
      cell: (row) => `${timeSpan(row.durationP50Ms)} (p99 ${timeSpan(row.durationP99Ms)})`,
      brief: (row) => timeSpan(row.durationP50Ms),
      expendable: 1,
    },
    {
      title: "SHARE",
      cell: (row) => bar(weight(row) / most, barColumns),
      paint: () => cli.style.cyan,
      expendable: 5,
    },
  ];
}

function groupText(group: string | number, by: UsageGroup): string {
  if (typeof group === "string") return group === "" ? "-" : group;
  const time = new Date(group).toISOString();
  return by === "day" ? time.slice(0, 10) : `${time.slice(0, 10)} ${time.slice(11, 16)}`;
}
