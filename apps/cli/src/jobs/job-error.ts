import type { Job } from "@berth/api";
import type { Cli } from "../cli.ts";
import { CliError } from "../exit.ts";

/** Prints what else a handler says of its failure, and gives the error that says it in one line. */
export function tellJobFailure(cli: Cli, job: Job): CliError {
  const { id, status, error, isDeadLetter } = job;
  if (cli.options.json !== true && error?.details != null) cli.note(error.details.trimEnd());
  const why = error === null ? "" : ` (${error.code}: ${error.message})`;
  const then = isDeadLetter ? `; \`berth job retry ${id}\` tries it once more` : "";
  return new CliError("failed", `job ${id} is ${status}${why}${then}`);
}
