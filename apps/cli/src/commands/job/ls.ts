import type { Job, JobStatus } from "@berth/api";
import { Option, type Command } from "commander";
import type { Cli } from "../../cli.ts";
import { ofEndpoint } from "../../endpoints/find-endpoint.ts";
import { CliError } from "../../exit.ts";
import { addExamples } from "../../help.ts";
import { jobColumns } from "../../jobs/columns.ts";
import { endpointNames } from "../../jobs/endpoint-names.ts";
import { wholeNumber } from "../../read-number.ts";

const statuses = {
  QUEUED: true,
  RUNNING: true,
  COMPLETED: true,
  FAILED: true,
  CANCELLED: true,
  TIMED_OUT: true,
} as const satisfies Record<JobStatus, true>;
const atOnce = 1000;

interface Options {
  readonly status?: JobStatus;
  readonly dead?: boolean;
  readonly limit: number;
  readonly quiet?: boolean;
}

export function define(command: Command, cli: Cli): void {
  command
    .argument("[endpoint]", "name, OWNER/NAME or id; every endpoint's when absent")
    .addOption(
      new Option("--status <status>", "only jobs in this one")
        .choices(Object.keys(statuses))
        .argParser((text) => readStatus(text)),
    )
    .option("--dead", "only dead letters: all their attempts failed")
    .option("-n, --limit <count>", "so many, the last ones first", wholeNumber(1, 100_000), 50)
    .option("-q, --quiet", "print ids only")
    .action(async (reference: string | undefined, options: Options) => {
      const { jobs, more } = await readPages(cli, reference, options);
      if (cli.options.json === true) return cli.printList(jobs);
      if (options.quiet === true) {
        for (const { id } of jobs) cli.print(id);
        return;
      }
      const nameOf = reference === undefined && jobs.length > 0 ? await endpointNames(cli) : undefined;
      cli.table(jobColumns(cli.style, cli.io.now(), nameOf), jobs);
      if (!cli.io.stderr.isTTY) return;
      if (jobs.length === 0) cli.note("No jobs. `berth job submit ENDPOINT --data JSON` makes one.");
      else if (more) cli.note(`These are the last ${jobs.length}; --limit shows more.`);
    });
  addExamples(command, {
    "berth job ls": "the last jobs of all endpoints",
    "berth job ls labels --status FAILED": "what has failed of one",
    "berth job ls --dead": "what nobody could do: retry it, or leave it to its end",
    "berth job ls labels -q --status QUEUED --limit 1000": "ids for scripts",
  });
}

async function readPages(
  cli: Cli,
  reference: string | undefined,
  { status, dead, limit }: Options,
): Promise<{ readonly jobs: readonly Job[]; readonly more: boolean }> {
  const client = cli.client();
  const jobs: Job[] = [];
  let cursor: string | undefined;
  for (;;) {
    const query = {
      ...(status === undefined ? {} : { status }),
      ...(dead === true ? { deadLetters: "true" as const } : {}),
      limit: Math.min(atOnce, limit - jobs.length),
      ...(cursor === undefined ? {} : { cursor }),
    };
    const page =
      reference === undefined
        ? await client.listJobs({ query })
        : await ofEndpoint(cli, reference, () =>
            client.listEndpointJobs({ params: { id: reference }, query }),
          );
    jobs.push(...page.data);
    if (page.next === null || jobs.length >= limit) return { jobs, more: page.next !== null };
    cursor = page.next;
  }
}

function readStatus(text: string): JobStatus {
  const status = text.toUpperCase().replaceAll("-", "_");
  if (status in statuses) return status as JobStatus;
  throw new CliError("usage", `--status: no status "${text}"; one of ${Object.keys(statuses).join(", ")}`);
}
