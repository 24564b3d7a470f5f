import type { JobStreamEvent } from "@berth/api";
import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { addExamples } from "../../help.ts";
import { untilInterrupted } from "../../interrupt.ts";
import { findJob } from "../../jobs/find-job.ts";
import { tellJobFailure } from "../../jobs/job-error.ts";
import { ProgressMeter, progressMilestone } from "../../jobs/progress-line.ts";
import { streamJob } from "../../jobs/stream-job.ts";
import { StatusLine } from "../../terminal/status-line.ts";

type Told = Exclude<JobStreamEvent, { readonly type: "end" }>;

export function define(command: Command, cli: Cli): void {
  command.argument("<job>", "its id, or the start of it").action(async (reference: string) => {
    const { id } = await findJob(cli, reference);
    const line = new StatusLine(cli.io.stderr);
    const teller = new Teller(cli, line);
    try {
      const job = await untilInterrupted(
        `interrupted; the job goes on (berth job stream ${id} shows all of it again)`,
        (signal) =>
          streamJob(cli.client(), id, {
            signal,
            onEvent: (event) => teller.tell(event),
            onLost: () => line.show(`${id}: the connection is lost; trying again`),
          }),
      );
      line.clear();
      if (cli.options.json === true) cli.print(JSON.stringify({ type: "end", job }));
      if (job.status !== "COMPLETED") throw tellJobFailure(cli, job);
    } finally {
      line.clear();
    }
  });
  addExamples(command, {
    "berth job stream 0199": "what it yields, a line each; how far it is, beside",
    "berth job stream 0199 --json": "one JSON object a line: value, progress, restart, end",
  });
}

/** Values go to standard output, and how far the job is to standard error, on a line that makes way for them. */
class Teller {
  readonly #cli: Cli;
  readonly #line: StatusLine;
  readonly #meter = new ProgressMeter();
  #shown: readonly [string, string] | undefined;

  constructor(cli: Cli, line: StatusLine) {
    this.#cli = cli;
    this.#line = line;
  }

  tell(event: Told): void {
    const cli = this.#cli;
    if (cli.options.json === true) return cli.print(JSON.stringify(event));
    switch (event.type) {
      case "value":
        return this.#print(event.value);
      case "restart":
        this.#line.clear();
        return cli.note("It begins anew: what came before is void.");
      case "progress": {
        const { status, progress } = event;
        this.#shown =
          progress === null
            ? [status, status]
            : [
                this.#meter.line(progress, cli.io.now()),
                `${status} ${progressMilestone(progress)}`.trimEnd(),
              ];
        return this.#line.show(...this.#shown);
      }
    }
  }

  /** A text as it is, anything else as JSON. */
  #print(value: unknown): void {
    const cli = this.#cli;
    const text = typeof value === "string" ? value : JSON.stringify(value);
    if (!cli.io.stdout.isTTY) return cli.print(text);
    this.#line.clear();
    cli.printPlain(text);
    if (this.#shown !== undefined) this.#line.show(...this.#shown);
  }
}
