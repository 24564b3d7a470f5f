import type { SubmitJob } from "@berth/api";
import type { Command } from "commander";
import { readDuration } from "../duration.ts";
import { wholeNumber } from "../read-number.ts";

export interface OwnRuleOptions {
  readonly ttl?: string;
  readonly executionTimeout?: string;
  readonly maxAttempts?: number;
}

/** What one job says in place of its endpoint's rules. */
export function addOwnRules(command: Command): Command {
  return command
    .option("--ttl <duration>", "given up after so long, in place of the endpoint's rule")
    .option(
      "--execution-timeout <duration>",
      "how long one attempt may take, in place of the endpoint's rule",
    )
    .option("--max-attempts <count>", "attempts, in place of the endpoint's rule", wholeNumber(1, 100));
}

export function readOwnRules({
  ttl,
  executionTimeout,
  maxAttempts,
}: OwnRuleOptions): Pick<SubmitJob, "ttlSeconds" | "executionTimeoutSeconds" | "maxAttempts"> {
  return {
    ...(ttl === undefined ? {} : { ttlSeconds: seconds(ttl, "--ttl") }),
    ...(executionTimeout === undefined
      ? {}
      : { executionTimeoutSeconds: seconds(executionTimeout, "--execution-timeout") }),
    ...(maxAttempts === undefined ? {} : { maxAttempts }),
  };
}

function seconds(text: string, option: string): number {
  return Math.max(1, Math.round(readDuration(text, option)));
}
