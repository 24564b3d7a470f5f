import { Option, type Command } from "commander";
import { collect } from "../collect.ts";
import { wholeNumber } from "../read-number.ts";

/** What `berth run` takes, before or after the kind of service. */
export interface LaunchOptions extends SchedulerOptions, ContainerOptions, EngineFlags {
  readonly profile?: string;
  readonly name?: string;
  readonly revision?: string;
  readonly port?: number;
  readonly apiKey?: string;
  readonly apiKeyFile?: string;
  readonly askApiKey?: boolean;
  readonly idleTimeout?: string;
  readonly dryRun?: boolean;
  readonly wait?: boolean;
  readonly timeout?: string;
  readonly force?: boolean;
}

/** How the engine serves the model. */
export interface EngineFlags {
  readonly engine?: string;
  readonly maxInputLength?: number;
  readonly maxTotalTokens?: number;
  readonly parallel?: number;
  readonly threads?: number;
  readonly gpuLayers?: string;
  readonly lora?: readonly string[];
  readonly file?: string;
  readonly sharded?: "true" | "false";
  readonly numShard?: number;
  readonly disableCustomKernels?: boolean;
  readonly trustRemoteCode?: boolean;
  readonly maxStopSequences?: number;
  readonly maxBatchPrefillTokens?: number;
}

/** What only a scheduler can honour. */
export interface SchedulerOptions {
  readonly time?: string;
  readonly gres?: string;
  readonly mem?: string;
  readonly ntasksPerNode?: number;
  readonly partition?: string;
  readonly constraint?: string;
  readonly account?: string;
  readonly qos?: string;
  readonly nodes?: number;
  readonly exclude?: string;
  readonly reservation?: string;
  readonly sbatch?: readonly string[];
  readonly renew?: boolean;
}

/** How the engine is wrapped, and what it sees. */
export interface ContainerOptions {
  readonly runtime?: string;
  readonly container?: string;
  /** Another name of `container`. */
  readonly image?: string;
  readonly mount?: readonly string[];
  readonly env?: readonly string[];
  readonly shmSize?: string;
  readonly allowSharedPort?: boolean;
}

const maxTokens = 100_000_000;
const engines = ["llama-cpp", "transformers-js", "whisper-cpp", "vllm", "tgi", "whisper"];
const runtimes = ["process", "docker", "podman", "apptainer", "pyxis"];

/** The group and each kind have them all: commander then takes them on either side, and every help shows them. */
export function addLaunchOptions(command: Command): Command {
  addCommonOptions(command);
  addEngineOptions(command);
  addContainerOptions(command);
  return addSchedulerOptions(command)
    .option("--renew", "go on beyond the wall time: a successor takes over before it ends")
    .optionsGroup("Options:");
}

function addCommonOptions(command: Command): Command {
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
    .option("--idle-timeout <duration>", "stop it after this long without a request (15m)")
    .option("--force", "launch it although its memory estimate does not fit")
    .option("--dry-run", "show what would run, and do nothing")
    .option("--wait", "wait until it is healthy")
    .option("--timeout <duration>", "wait, but no longer than this (90s, 5m)");
}

export function addEngineOptions(command: Command): Command {
  return command
    .optionsGroup("Engine:")
    .addOption(new Option("--engine <engine>", "what serves the model (the first that can)").choices(engines))
    .option("--max-input-length <tokens>", "longest prompt", wholeNumber(1, maxTokens))
    .option("--max-total-tokens <tokens>", "longest prompt and answer together", wholeNumber(1, maxTokens))
    .option("--parallel <count>", "requests answered at once; more wait in line", wholeNumber(1, 256))
    .option("--threads <count>", "processor threads", wholeNumber(1, 1024))
    .option("--gpu-layers <count>", "layers to put on the GPU, or auto")
    .option("--lora <file[=scale]>", "a LoRA adapter; give it again for more", collect)
    .option("--file <file>", "which of the model's files, by quantisation or path")
    .addOption(
      new Option("--sharded <true|false>", "spread the model over all its GPUs").choices(["true", "false"]),
    )
    .option("--num-shard <count>", "GPUs that share the model (all it has)", wholeNumber(1, 1024))
    .option("--disable-custom-kernels", "without CUDA kernels that not every GPU runs")
    .option("--trust-remote-code", "run code that lies in the model's repository")
    .option("--max-stop-sequences <count>", "stop sequences of one request", wholeNumber(1, 1024))
    .option(
      "--max-batch-prefill-tokens <tokens>",
      "prompt tokens read at once, of all requests",
      wholeNumber(1, maxTokens),
    );
}

export function addContainerOptions(command: Command): Command {
  return command
    .optionsGroup("What it runs in:")
    .addOption(
      new Option("--runtime <runtime>", "what wraps the engine (chosen by what is there)").choices(runtimes),
    )
    .option("--container <image>", "the container image, or a .sif file (the engine's usual one)")
    .addOption(new Option("--image <image>", "the same").hideHelp())
    .option(
      "-m, --mount <dir[:target][:ro]>",
      "a directory the engine sees, and where; give it again for more",
      collect,
    )
    .option("--env <name[=value]>", "an environment variable; without a value, yours", collect)
    .option("--shm-size <size>", "shared memory of the container (16G, 500M)")
    .option("--allow-shared-port", "launch it though other users of the node could reach its port");
}

export function addSchedulerOptions(command: Command): Command {
  return command
    .optionsGroup("Slurm profiles only:")
    .option("--time <time>", "wall time: minutes, hh:mm:ss, days-hours, or 45m, 2h, 1d")
    .option("--gres <gres>", "GPUs for each node: 1, or gpu:a100:2")
    .option("--mem <size>", "memory for each node: 16 (GB), 16G, 500M")
    .option("--ntasks-per-node <count>", "processors for each node", wholeNumber(1, 4096))
    .option("--partition <name>", "partition")
    .option("--constraint <features>", "node features, as 'amd&gpu40'")
    .option("--account <name>", "account to charge")
    .option("--qos <name>", "quality of service")
    .option("--nodes <count>", "nodes", wholeNumber(1, 1024))
    .option("--exclude <nodes>", "nodes to avoid, as g[1-4],c7")
    .option("--reservation <name>", "reservation")
    .option("--sbatch <option>", "any option of sbatch, as --sbatch=--mail-type=END; give it again", collect);
}
