import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { readDuration } from "../../duration.ts";
import { ofEndpoint } from "../../endpoints/find-endpoint.ts";
import { CliError } from "../../exit.ts";
import { addExamples } from "../../help.ts";
import { followJob } from "../../jobs/follow-job.ts";
import { printResult } from "../../jobs/print-result.ts";
import { tellJobFailure } from "../../jobs/job-error.ts";
import { addOwnRules, type OwnRuleOptions, readOwnRules } from "../../jobs/own-rules.ts";
import { dataFlag, readJsonData } from "../../read-data.ts";
import { readInteger } from "../../read-number.ts";

interface Options extends OwnRuleOptions {
  readonly data?: string;
  readonly path?: string;
  readonly webhook?: string;
  readonly priority?: number;
  readonly delay?: string;
  readonly idempotencyKey?: string;
  readonly wait?: boolean;
}

export function define(command: Command, cli: Cli): void {
  command
    .argument("<endpoint>", "name, OWNER/NAME or id")
    .option(dataFlag, "what the handler gets: JSON, a file of it, or standard input")
    .option("--path <path>", "which of the endpoint's paths (/predict)")
    .option("--webhook <url>", "where the job's end is told")
    .option("--priority <number>", "higher ones are begun first (0)", readInteger(-1000, 1000))
    .option("--delay <duration>", "not begun before");
  addOwnRules(command)
    .option("--idempotency-key <key>", "the same key with the same call is the same job")
    .option("--wait", "until it has ended; then print its result")
    .action(async (id: string, options: Options) => {
      const body = await readBody(cli, options);
      const job = await ofEndpoint(cli, id, () => cli.client().submitJob({ params: { id }, body }));
      if (options.wait !== true) {
        if (cli.options.json === true) return cli.printJson(job);
        // The id alone goes to standard output: JOB=$(berth job submit labels --data '{}').
        cli.print(job.id);
        return cli.note(`It is kept: \`berth job result ${job.id} --wait\` gets what comes of it.`);
      }
      const ended = await followJob(cli, job);
      if (cli.options.json !== true) return printResult(cli, ended, undefined);
      cli.printJson(ended);
      if (ended.status !== "COMPLETED") throw tellJobFailure(cli, ended);
    });
  addExamples(command, {
    'JOB=$(berth job submit labels --data \'{"inputs": "What a day!"}\')': "its id, into a variable",
    "berth job submit labels --data @input.json --wait": "until the result is there",
    "berth job submit chat --path /v1/chat/completions --data @request.json": "any path of the endpoint",
    "berth job submit labels --data '{}' --webhook https://example.org/hook": "told when it has ended",
  });
}

async function readBody(cli: Cli, options: Options) {
  const { data, path, webhook, priority, delay, idempotencyKey } = options;
  if (data === undefined) throw new CliError("usage", "give --data: JSON, @FILE, or - for standard input");
  return {
    input: await readJsonData(cli, data),
    ...(path === undefined ? {} : { path: path.startsWith("/") ? path : `/${path}` }),
    ...(webhook === undefined ? {} : { webhook }),
    ...(priority === undefined ? {} : { priority }),
    ...(delay === undefined ? {} : { delaySeconds: readDuration(delay, "--delay") }),
    ...readOwnRules(options),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  };
}
