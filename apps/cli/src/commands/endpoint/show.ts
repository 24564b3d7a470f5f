import type { Endpoint } from "@berth/api";
import { durationInWords } from "@berth/api/wall-time";
import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { readDuration } from "../../duration.ts";
import { drawHistory } from "../../endpoints/draw-history.ts";
import { findEndpoint } from "../../endpoints/find-endpoint.ts";
import { printEndpoint } from "../../endpoints/print-endpoint.ts";
import { addExamples } from "../../help.ts";
import { serviceColumns } from "../../services/columns.ts";
import { terminalColumns } from "../../terminal/width.ts";

interface Options {
  readonly since?: string;
}

const longestSeconds = 86_400;
/** What is drawn when nothing is said: as long as there is something to see, within these. */
const [leastSeconds, usualSeconds] = [300, 3_600];
const columnsWithoutTerminal = 80;
const eventsAtOnce = 200;

export function define(command: Command, cli: Cli): void {
  command
    .argument("<endpoint>", "name, OWNER/NAME or id")
    .option("--since <duration>", "how far back the drawing goes, 24h at most (1h)")
    .action(async (reference: string, { since }: Options) => {
      const said = since === undefined ? undefined : readDuration(since, "--since");
      const endpoint = await findEndpoint(cli, reference);
      const sinceSeconds = Math.min(longestSeconds, Math.ceil(said ?? usefulSeconds(endpoint, cli.io.now())));
      if (cli.options.json === true) return cli.printJson(endpoint);
      printEndpoint(cli, endpoint);
      const { data: replicas } = await cli.client().listReplicas({ params: { id: endpoint.id } });
      if (replicas.length > 0) {
        cli.print(`\n${cli.style.bold("Replicas")}`);
        cli.table(serviceColumns(cli.style, cli.io.now(), replicas), replicas);
      }
      cli.print(`\n${cli.style.bold(`The last ${durationInWords(sinceSeconds)}`)}`);
      for (const line of await readHistory(cli, endpoint, sinceSeconds)) cli.print(line);
    });
  addExamples(command, {
    "berth endpoint show chat": "what it is, and what it did in the last hour",
    "berth endpoint show chat --since 10m": "closer",
    "berth endpoint show chat --json": "every field",
  });
}

function usefulSeconds({ createdAt }: Endpoint, nowMs: number): number {
  const minutes = Math.ceil((nowMs - createdAt) / 60_000);
  return Math.min(usualSeconds, Math.max(leastSeconds, minutes * 60));
}

async function readHistory(cli: Cli, { id }: Endpoint, sinceSeconds: number): Promise<string[]> {
  const client = cli.client();
  const { data: moments } = await client.listEndpointMoments({ params: { id }, query: { sinceSeconds } });
  const { data: events } = await client.listEndpointEvents({
    params: { id },
    query: { limit: eventsAtOnce },
  });
  // what the server told may be later than this machine's clock
  const toMs = Math.max(cli.io.now(), ...moments.map(({ at }) => at));
  return drawHistory(moments, events, {
    fromMs: toMs - sinceSeconds * 1000,
    toMs,
    columns: terminalColumns(cli.io.stdout) ?? columnsWithoutTerminal,
    style: cli.style,
  });
}
