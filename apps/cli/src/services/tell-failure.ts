import type { Service } from "@berth/api";
import type { Cli } from "../cli.ts";
import { CliError } from "../exit.ts";
import { describeStatus } from "./describe-status.ts";
import { tellDiagnosis } from "./tell-diagnosis.ts";

/** Prints the end of the log of a service that ended badly, and gives the error that says so in one line. */
export function tellFailure(cli: Cli, service: Service): CliError {
  if (cli.options.json !== true) {
    for (const line of service.logTail ?? []) cli.note(`  ${line}`);
    tellDiagnosis(cli, service);
  }
  return new CliError("failed", `${service.name} is ${describeStatus(service)}`);
}
