import type { ServiceStatus } from "@berth/api";
import { hasEnded } from "@berth/api/ended-statuses";
import { Option, type Command } from "commander";
import type { Cli } from "../cli.ts";
import { readDuration } from "../duration.ts";
import { CliError } from "../exit.ts";
import { addExamples } from "../help.ts";
import { untilInterrupted } from "../interrupt.ts";
import { describeProgress, milestone } from "../services/describe-status.ts";
import { findService } from "../services/find-service.ts";
import { tellFailure } from "../services/tell-failure.ts";
import { untilService } from "../services/until-service.ts";
import { StatusLine } from "../terminal/status-line.ts";

const statuses = {
  SUBMITTED: true,
  PENDING: true,
  STARTING: true,
  HEALTHY: true,
  UNHEALTHY: true,
  STOPPING: true,
  STOPPED: true,
  FAILED: true,
  TIMEOUT: true,
  PREEMPTED: true,
} as const satisfies Record<ServiceStatus, true>;

interface Options {
  readonly for: ServiceStatus;
  readonly timeout?: string;
}

export function define(command: Command, cli: Cli): void {
  command
    .argument("<service>", "id, start of an id, or name")
    .addOption(
      new Option("--for <status>", "the status to wait for")
        .choices(Object.keys(statuses))
        .argParser((text) => readStatus(text))
        .default("HEALTHY"),
    )
    .option("--timeout <duration>", "how long at most, as 90s or 5m (default: as long as it takes)")
    .action(async (reference: string, options: Options) => {
      const timeoutMs =
        options.timeout === undefined ? undefined : readDuration(options.timeout, "--timeout") * 1000;
      const { id } = await findService(cli.client(), reference);
      const line = new StatusLine(cli.io.stderr);
      try {
        const service = await untilInterrupted("interrupted; the service goes on", (signal) =>
          untilService(cli.client(), id, {
            timeoutMs,
            signal,
            reached: ({ status }) => status === options.for || hasEnded(status),
            onLook: (seen) =>
              line.show(`${seen.name}: ${describeProgress(seen, cli.io.now())}`, milestone(seen)),
          }),
        );
        line.clear();
        if (cli.options.json === true) cli.printJson(service);
        if (service.status !== options.for) throw tellFailure(cli, service);
        cli.done(`${service.name} is ${service.status}`);
      } finally {
        line.clear();
      }
    });
  addExamples(command, {
    "berth wait pilot": "until it answers",
    "berth wait pilot --timeout 2m || berth logs pilot": "or say why not",
    "berth wait pilot --for STOPPED": "until it has ended",
  });
}

function readStatus(text: string): ServiceStatus {
  const status = text.toUpperCase();
  if (status in statuses) return status as ServiceStatus;
  throw new CliError("usage", `--for: no status "${text}"; one of ${Object.keys(statuses).join(", ")}`);
}
