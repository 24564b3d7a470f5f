import type { ColdStart, PipelineTask, Scaling, Visibility } from "@berth/api";
import { pipelineForms } from "@berth/api/pipelines";
import { Option, type Command } from "commander";
import { collect } from "../collect.ts";
import {
  addContainerOptions,
  addEngineOptions,
  addSchedulerOptions,
  type ContainerOptions,
  type EngineFlags,
  type SchedulerOptions,
} from "../launch/launch-options.ts";
import { addCommandOptions, type CommandOptions } from "../launch/read-command.ts";
import { addHandlerOptions, type HandlerOptions } from "../launch/read-handler.ts";
import { orNone } from "../or-none.ts";
import { readInteger, wholeNumber } from "../read-number.ts";

/** What holds at once, whatever is deployed. */
export interface SettingFlags {
  readonly description?: string;
  readonly visibility?: Visibility;
  readonly fallback?: string;
  readonly coldStart?: ColdStart;
  readonly min?: number;
  readonly max?: number;
  readonly scaledownPeriod?: string;
  readonly targetPending?: number;
  readonly queueDelay?: string;
  readonly concurrency?: number | null;
  readonly overflowAfter?: string;
  readonly rollout?: Scaling["rollout"];
  readonly ttl?: string;
  readonly executionTimeout?: string;
  readonly maxAttempts?: number;
  readonly retryFailures?: boolean;
  readonly retention?: string;
  readonly deadLetterRetention?: string;
  readonly queueLimit?: number;
  readonly queueLimitPerKey?: number;
  readonly queueLimitBytes?: number;
  readonly maxPriority?: number;
  readonly boundCallers?: boolean;
  readonly lease?: string;
}

/** What a deployment rolls out. */
export interface TemplateFlags
  extends EngineFlags, ContainerOptions, Omit<SchedulerOptions, "renew">, CommandOptions, HandlerOptions {
  readonly model?: string;
  readonly revision?: string;
  readonly kind?: string;
  readonly task?: PipelineTask;
  readonly allowPrivateUrls?: boolean;
  readonly handler?: string;
  readonly command?: boolean;
  readonly workers?: boolean;
  readonly force?: boolean;
}

export interface EndpointFlags extends SettingFlags, TemplateFlags {
  readonly profile?: readonly string[];
  readonly hardware?: string;
  readonly secret?: readonly string[];
  readonly hubSecret?: string;
}

export const visibilities = ["public", "internal", "private"] as const satisfies readonly Visibility[];
const coldStarts = ["hold", "fail", "fallback"] as const satisfies readonly ColdStart[];
const rollouts = ["auto", "surge", "replace"] as const satisfies readonly Scaling["rollout"][];

/** What `endpoint create` and `update` take alike. */
export function addEndpointOptions(command: Command): Command {
  addTemplateOptions(command);
  addScalingOptions(command);
  addQueueOptions(command);
  addEngineOptions(command);
  addContainerOptions(command);
  return addSchedulerOptions(command).optionsGroup("Options:");
}

function addTemplateOptions(command: Command): Command {
  command
    .optionsGroup("What each replica is:")
    .option("--model <model>", "a repository id, or the path of a model's file or directory")
    .option("--handler <file[:class]>", "a function or class of yours, as `berth run handler` takes it")
    .option("--command", "a program of yours: it and its arguments come after --")
    .option("--workers", "nothing is launched: workers of your own take the jobs")
    .option("-r, --revision <revision>", "a commit, branch or tag of the model (the newest on the profile)")
    .option("--kind <kind>", "a kind of `berth run`, as text-generation or embeddings (what the model says)")
    .addOption(
      new Option(
        "--task <task>",
        "a pipeline: which of the Hub's tasks it does (what the model is made for)",
      ).choices(pipelineForms.map((form) => form.task)),
    )
    .option("--allow-private-urls", "a pipeline: it may fetch from this machine and its network")
    .option("-p, --profile <name>", "where replicas run; again for the next, where that one is full", collect)
    .option("--hardware <preset>", "a hardware preset (`berth hardware ls`), or none")
    .option(
      "--secret <name[=variable][:file]>",
      "a stored secret, as an environment variable, or one with the path of a file; again for more; or none",
      collect,
    )
    .option(
      "--hub-secret <name>",
      "a stored secret whose token the model is downloaded with, in place of HF_TOKEN; or none",
    )
    .option("--force", "although its memory estimate does not fit");
  addHandlerOptions(command.optionsGroup("Handlers:"));
  return addCommandOptions(command.optionsGroup("Programs:"));
}

function addScalingOptions(command: Command): Command {
  return command
    .optionsGroup("Scaling and callers:")
    .option("--min <count>", "replicas that always run (0)", wholeNumber(0, 1000))
    .option("--max <count>", "replicas at most (1)", wholeNumber(1, 1000))
    .option("--scaledown-period <duration>", "how long without need before there are fewer (15m)")
    .option("--target-pending <count>", "requests one replica is meant to have (100)", wholeNumber(1, 1e6))
    .option("--queue-delay <duration>", "what waits is to be begun within so long, or none")
    .option(
      "--concurrency <count>",
      "requests one replica works on at once, or none",
      orNone(wholeNumber(1, 100_000)),
    )
    .option(
      "--overflow-after <duration>",
      "how long a replica waits for its turn before the next profile gets one (2m)",
    )
    .addOption(
      new Option("--rollout <how>", "new replicas beside the old ones or in their place (auto)").choices(
        rollouts,
      ),
    )
    .addOption(
      new Option("--visibility <who>", "who may call it (private: its owner's keys)").choices(visibilities),
    )
    .option("--fallback <model>", "may answer while no replica is ready; or none")
    .addOption(
      new Option(
        "--cold-start <what>",
        "while no replica is ready callers wait, are refused, or the fallback answers (hold)",
      ).choices(coldStarts),
    )
    .option("--description <text>", "what it is for");
}

function addQueueOptions(command: Command): Command {
  return command
    .optionsGroup("Its jobs:")
    .option("--ttl <duration>", "how long after its submission a job is given up (1d)")
    .option("--execution-timeout <duration>", "how long one attempt may take (10m)")
    .option("--max-attempts <count>", "attempts at one job (3)", wholeNumber(1, 100))
    .option("--retry-failures", "also try again what a handler failed itself")
    .option("--no-retry-failures", "only what was lost or took too long (the default)")
    .option("--retention <duration>", "how long a job is kept after its end (1d)")
    .option("--dead-letter-retention <duration>", "and how long as a dead letter (14d)")
    .option("--queue-limit <count>", "jobs that may wait (1000000)", wholeNumber(1, 100_000_000))
    .option(
      "--queue-limit-per-key <count>",
      "of these, jobs of one key that is not its owner's (100000)",
      wholeNumber(1, 100_000_000),
    )
    .option("--queue-limit-bytes <bytes>", "inputs that may wait, together (10 GiB)", wholeNumber(1, 2 ** 50))
    .option(
      "--max-priority <number>",
      "highest priority that callers may ask for; its owner's keys may any (0)",
      readInteger(-1000, 1000),
    )
    .option("--bound-callers", "callers may ask for less time and attempts than these, and not for more")
    .option("--no-bound-callers", "callers may ask for any time and attempts for their jobs (the default)")
    .option("--lease <duration>", "how long a worker may be silent (30s)");
}
