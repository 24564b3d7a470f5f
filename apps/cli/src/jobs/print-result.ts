import type { Job } from "@berth/api";
import type { Cli } from "../cli.ts";
import { refusedAnswer } from "../endpoints/refused-answer.ts";
import { CliError } from "../exit.ts";
import { printAnswer } from "../print-answer.ts";
import { tellJobFailure } from "./job-error.ts";

/**
 * Prints what the job left, as it is. Throws where it left nothing, and, once that is printed, where its status says that
 * it is an error.
 */
export async function printResult(cli: Cli, job: Job, output: string | undefined): Promise<void> {
  const { id, status, result } = job;
  if (status === "QUEUED" || status === "RUNNING")
    throw new CliError("failed", `job ${id} is ${status}: it has no result yet; --wait waits for it`);
  if (result === null) throw tellJobFailure(cli, job);
  const reply = await cli
    .client()
    .callPath({ method: "GET", path: `/api/v1/jobs/${encodeURIComponent(id)}/result` });
  // the result's own status is told in a header, and may be the answer's, too
  if (reply.status >= 400 && reply.status !== result.status) throw await refusedAnswer(cli, reply);
  await printAnswer(cli, { contentType: reply.contentType, pieces: reply.pieces() }, { output });
  if (status !== "COMPLETED") throw tellJobFailure(cli, job);
  if (result.status >= 400)
    throw new CliError("failed", `job ${id} is ${status}, with an answer of status ${result.status}`);
}
