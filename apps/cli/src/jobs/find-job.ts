import type { Job } from "@berth/api";
import { isBerthApiError } from "@berth/client";
import type { Cli } from "../cli.ts";
import { CliError } from "../exit.ts";

const lastOnes = 1000;

/** By its id, or the start of one among the last jobs. Throws a usage error for several, `notFound` for none. */
export async function findJob(cli: Cli, reference: string): Promise<Job> {
  if (reference.trim() === "") throw new CliError("usage", "give a job's id, or the start of one");
  try {
    return await cli.client().getJob({ params: { id: reference } });
  } catch (error) {
    if (!isBerthApiError(error) || error.status !== 404) throw error;
    const { data } = await cli.client().listJobs({ query: { limit: lastOnes } });
    const found = data.filter(({ id }) => id.startsWith(reference));
    if (found.length === 1 && found[0] !== undefined) return found[0];
    if (found.length > 1)
      throw new CliError("usage", `"${reference}" means ${found.length} jobs; give more of the id`, {
        cause: error,
      });
    throw new CliError("notFound", `no job "${reference}"; \`berth job ls\` lists them`, { cause: error });
  }
}

/** Each once, in order. Refuses before anything is done. */
export async function findJobs(cli: Cli, references: readonly string[]): Promise<Job[]> {
  const found = new Map<string, Job>();
  for (const reference of references) {
    const job = await findJob(cli, reference);
    found.set(job.id, job);
  }
  return [...found.values()];
}
