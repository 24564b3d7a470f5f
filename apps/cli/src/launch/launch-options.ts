import type { Command } from "commander";
import { collect } from "../collect.ts";
import { wholeNumber } from "../read-number.ts";

/** What `berth run` takes, before or after the kind of service. */
export interface LaunchOptions {
  readonly profile?: string;
  readonly name?: string;
  readonly revision?: string;
  readonly port?: number;
  readonly apiKey?: string;
  readonly apiKeyFile?: string;
  readonly askApiKey?: boolean;
  readonly maxInputLength?: number;
  readonly maxTotalTokens?: number;
  readonly parallel?: number;
  readonly threads?: number;
  readonly gpuLayers?: string;
  readonly lora?: readonly string[];
  readonly file?: string;
  readonly mount?: readonly string[];
  readonly dryRun?: boolean;
  readonly wait?: boolean;
  readonly timeout?: string;
  readonly force?: boolean;
  readonly time?: string;
  readonly gres?: string;
  readonly mem?: string;
  readonly partition?: string;
  readonly constraint?: string;
  readonly ntasksPerNode?: string;
}

const maxTokens = 100_000_000;

/** The group and each kind have them all: commander then takes them on either side, and every help shows them. */
export function addLaunchOptions(command: Command): Command {
  return command
    .optionsGroup("Launch:")
    .option("-p, --profile <name>", "where to run it (the default profile)")
    .option("-n, --name <name>", "what to call it (a random name)")
    .option("-r, --revision <revision>", "a commit, branch or tag of the model (the newest on the profile)")
    .option(
      "--port <port>",
      "its own local port (a free one of BERTH_SERVICE_PORTS)",
      wholeNumber(1024, 65_535),
    )
    .option("--api-key <key>", "a key of its own; better given by --api-key-file")
    .option("--api-key-file <file>", "the file that holds the key; - reads standard input")
    .option("--ask-api-key", "ask for the key")
    .option(
      "-m, --mount <dir[:target]>",
      "a directory the engine may read, and where it sees it; give it again for more",
      collect,
    )
    .option("--force", "launch it although its memory estimate does not fit")
    .option("--dry-run", "show what would run, and do nothing")
    .option("--wait", "wait until it is healthy")
    .option("--timeout <duration>", "wait, but no longer than this (90s, 5m)")
    .optionsGroup("Engine:")
    .option("--max-input-length <tokens>", "longest prompt", wholeNumber(1, maxTokens))
    .option("--max-total-tokens <tokens>", "longest prompt and answer together", wholeNumber(1, maxTokens))
    .option("--parallel <count>", "requests answered at once; more wait in line", wholeNumber(1, 256))
    .option("--threads <count>", "processor threads", wholeNumber(1, 1024))
    .option("--gpu-layers <count>", "layers to put on the GPU, or auto")
    .option("--lora <file[=scale]>", "a LoRA adapter; give it again for more", collect)
    .option("--file <file>", "which of the model's files, by quantisation or path")
    .optionsGroup("Slurm profiles only:")
    .option("--time <time>", "wall time")
    .option("--gres <count>", "GPUs")
    .option("--mem <gb>", "memory")
    .option("--partition <name>", "partition")
    .option("--constraint <features>", "node features")
    .option("--ntasks-per-node <count>", "processors")
    .optionsGroup("Options:");
}
