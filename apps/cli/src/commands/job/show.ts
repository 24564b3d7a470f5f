import type { Job } from "@berth/api";
import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { addExamples } from "../../help.ts";
import { tookMs, waitedMs } from "../../jobs/columns.ts";
import { endpointNames } from "../../jobs/endpoint-names.ts";
import { findJob } from "../../jobs/find-job.ts";
import { progressText } from "../../jobs/progress-line.ts";
import { jobPaint } from "../../jobs/status-paint.ts";
import { printAnswer } from "../../print-answer.ts";
import { renderFacts } from "../../terminal/facts.ts";
import { byteSize } from "../../terminal/quantities.ts";
import { relativeTime } from "../../terminal/relative-time.ts";
import { timeSpan } from "../../usage/figures.ts";

interface Options {
  readonly input?: boolean;
}

export function define(command: Command, cli: Cli): void {
  command
    .argument("<job>", "its id, or the start of it")
    .option("--input", "print what was submitted, as it was")
    .action(async (reference: string, { input }: Options) => {
      const job = await findJob(cli, reference);
      if (input === true) {
        const { contentType, bytes } = await cli.client().getJobInput({ params: { id: job.id } });
        return printAnswer(cli, { contentType, pieces: once(bytes) });
      }
      if (cli.options.json === true) return cli.printJson(job);
      const { style } = cli;
      const nameOf = await endpointNames(cli);
      cli.print(`${style.bold(job.id)}   ${jobPaint(job.status, style)(job.status)}`);
      if (job.error !== null) cli.printPlain(`${job.error.code}: ${job.error.message}`);
      cli.print("");
      for (const line of renderFacts(facts(job, nameOf(job.endpointId), cli.io.now()), style.dim))
        cli.print(line);
      if (job.error?.details == null) return;
      cli.print(`\n${style.bold("What its handler says")}`);
      cli.printPlain(job.error.details.trimEnd().replaceAll(/^/gm, "  "));
    });
  addExamples(command, {
    "berth job show 0199": "by the start of its id",
    "berth job show 0199 --input": "what was submitted",
    "berth job show 0199 --json": "every field",
  });
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}

function facts(job: Job, endpoint: string, nowMs: number): (readonly [string, string | null])[] {
  const { result, progress } = job;
  const time = (atMs: number | null): string | null =>
    atMs === null ? null : `${relativeTime(atMs, nowMs)} (${new Date(atMs).toISOString()})`;
  const took = tookMs(job, nowMs);
  return [
    ["endpoint", endpoint],
    ["path", job.path],
    ["input", byteSize(job.inputBytes)],
    ["progress", progress === null ? null : progressText(progress)],
    [
      "result",
      result === null ? null : `status ${result.status}, ${result.contentType}, ${byteSize(result.bytes)}`,
    ],
    ["attempts", `${job.attempts} of ${job.maxAttempts}`],
    ["dead letter", job.isDeadLetter ? `yes: \`berth job retry ${job.id}\` tries it once more` : null],
    ["priority", String(job.priority)],
    ["worker", job.workerId],
    ["webhook", job.webhookUrl],
    ["same as", job.idempotencyKey],
    ["waited", timeSpan(waitedMs(job, nowMs))],
    ["took", took === null ? null : timeSpan(took)],
    ["submitted", time(job.createdAt)],
    ["not before", job.availableAt > Math.max(nowMs, job.createdAt) ? time(job.availableAt) : null],
    ["begun", time(job.startedAt)],
    ["ended", time(job.finishedAt)],
    ["given up", job.finishedAt === null ? time(job.expiresAt) : null],
  ];
}
