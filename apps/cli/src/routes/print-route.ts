import type { ModelRoute } from "@berth/api";
import type { Cli } from "../cli.ts";
import { renderFacts } from "../terminal/facts.ts";
import { relativeTime } from "../terminal/relative-time.ts";
import type { Column } from "../terminal/table.ts";
import { readiness, readinessPaint } from "./target-text.ts";

export function printRoute(cli: Cli, route: ModelRoute): void {
  if (cli.options.json === true) return cli.printJson(route);
  const { style } = cli;
  cli.print(`${style.bold(route.name)}   ${readinessPaint(route, style)(readiness(route))}`);
  cli.print("");
  for (const line of renderFacts(facts(route, cli.io.now()), style.dim)) cli.print(line);
  cli.print("");
  cli.table(
    targetColumns,
    route.targets.toSorted((a, b) => a.group - b.group),
  );
}

const targetColumns: readonly Column<ModelRoute["targets"][number]>[] = [
  { title: "TARGET", cell: ({ model }) => model, shrinkTo: 16 },
  { title: "GROUP", cell: ({ group }) => String(group) },
  { title: "WEIGHT", cell: ({ weight }) => String(weight), expendable: 1 },
  { title: "STATUS", cell: ({ status }) => status },
  { title: "REASON", cell: ({ reason }) => reason ?? "", shrinkTo: 16 },
];

function facts(route: ModelRoute, nowMs: number): (readonly [string, string | null])[] {
  const { match, strategy, retries, firstTokenSeconds, cache, logBodies, createdAt, updatedAt } = route;
  return [
    ["match", match],
    ["strategy", strategy],
    ["retries", String(retries)],
    ["first token", firstTokenSeconds === null ? null : `within ${firstTokenSeconds} s`],
    ["cache", cache === null ? null : `${cache.ttlSeconds} s, ${cache.which}`],
    ["bodies", logBodies ? "kept in the request log" : null],
    ["made", relativeTime(createdAt, nowMs)],
    ["changed", updatedAt === createdAt ? null : relativeTime(updatedAt, nowMs)],
  ];
}
