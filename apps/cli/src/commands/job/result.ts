import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { addExamples } from "../../help.ts";
import { findJob } from "../../jobs/find-job.ts";
import { followJob } from "../../jobs/follow-job.ts";
import { printResult } from "../../jobs/print-result.ts";

interface Options {
  readonly wait?: boolean;
  readonly output?: string;
}

export function define(command: Command, cli: Cli): void {
  command
    .argument("<job>", "its id, or the start of it")
    .option("--wait", "until it has ended")
    .option("--output <file>", "where the result goes; - is standard output, whatever it is")
    .action(async (reference: string, { wait, output }: Options) => {
      const found = await findJob(cli, reference);
      const job = wait === true ? await followJob(cli, found) : found;
      await printResult(cli, job, output);
      if (output !== undefined && output !== "-") cli.done(`Wrote ${output}`);
    });
  addExamples(command, {
    "berth job result 0199 --wait": "what came of it, once it has come",
    "berth job result 0199 --output speech.wav": "into a file, byte for byte",
  });
}
