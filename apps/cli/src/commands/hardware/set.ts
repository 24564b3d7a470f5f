import type { HardwarePreset, HardwareSize } from "@berth/api";
import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { collect } from "../../collect.ts";
import { CliError } from "../../exit.ts";
import { furtherResources } from "../../hardware/further-resources.ts";
import { addExamples } from "../../help.ts";
import { readMemoryMiB } from "../../launch/read-memory.ts";
import { readResources } from "../../launch/scheduler-options.ts";
import { listOrNone, none } from "../../or-none.ts";
import { wholeNumber } from "../../read-number.ts";
import { memorySize } from "../../terminal/quantities.ts";

interface Options {
  readonly profile?: string;
  readonly cpus?: number;
  readonly memory?: string;
  readonly gpus?: number;
  readonly gpuType?: string;
  readonly time?: string;
  readonly partition?: string;
  readonly constraint?: string;
  readonly account?: string;
  readonly qos?: string;
  readonly sbatch?: readonly string[];
}

export function define(command: Command, cli: Cli): void {
  command
    .argument("<name>", "what endpoints call it by")
    .option("-p, --profile <name>", "on this profile only (everywhere)")
    .option("--cpus <count>", "processors", wholeNumber(1, 1024))
    .option("--memory <size>", "memory: 16 (GB), 16G, 500M")
    .option("--gpus <count>", "GPUs (0)", wholeNumber(0, 64))
    .option("--gpu-type <type>", "as a100; any, when absent or none")
    .option("--time <time>", "of a cluster: wall time, as 30, 1:30:00, 2h")
    .option("--partition <name>", "of a cluster: partition")
    .option("--constraint <features>", "of a cluster: node features, as 'amd&gpu40'")
    .option("--account <name>", "of a cluster: account to charge")
    .option("--qos <name>", "of a cluster: quality of service")
    .option("--sbatch <option>", "of a cluster: any option of sbatch; again for more; or none", collect)
    .action(async (name: string, options: Options) => {
      const { data } = await cli.client().listHardwarePresets();
      const before = presetFor(data, name, options.profile);
      const preset = await cli.client().putHardwarePreset({
        params: { name },
        query: options.profile === undefined ? {} : { profile: options.profile },
        body: readSize(options, before),
      });
      if (cli.options.json === true) return cli.printJson(preset);
      cli.done(`Set ${inWords(preset)}`);
    });
  addExamples(command, {
    "berth hardware set small --cpus 2 --memory 4G": "a size of yours",
    "berth hardware set gpu-1 -p della --gpu-type a100 --time 4h": "what it means there; the rest stays",
  });
}

/** What is not said stays as it is: of the profile's own, or of the one that holds everywhere. */
function presetFor(
  presets: readonly HardwarePreset[],
  name: string,
  profile: string | undefined,
): HardwarePreset | undefined {
  const named = presets.filter((preset) => preset.name === name);
  return (
    named.find((preset) => preset.profile === (profile ?? null)) ??
    named.find((preset) => preset.profile === null)
  );
}

function readSize(options: Options, before: HardwarePreset | undefined): HardwareSize {
  const { gpuType, time, partition, constraint, account, qos, sbatch } = options;
  const cpus = options.cpus ?? before?.cpus;
  const memoryMiB =
    options.memory === undefined ? before?.memoryMiB : readMemoryMiB(options.memory, "--memory");
  if (cpus === undefined || memoryMiB === undefined)
    throw new CliError("usage", "a new preset needs --cpus and --memory");
  const asked = readResources({
    ...(time === undefined ? {} : { time }),
    ...(partition === undefined ? {} : { partition }),
    ...(constraint === undefined ? {} : { constraint }),
    ...(account === undefined ? {} : { account }),
    ...(qos === undefined ? {} : { qos }),
    ...(sbatch === undefined ? {} : { sbatch: listOrNone(sbatch) }),
  });
  const resources = { ...before?.resources, ...asked };
  return {
    cpus,
    memoryMiB,
    gpus: options.gpus ?? before?.gpus ?? 0,
    gpuType: gpuType === undefined ? (before?.gpuType ?? null) : gpuType === none ? null : gpuType,
    ...(Object.keys(resources).length === 0 ? {} : { resources }),
  };
}

/** `small: 2 processors, 4 GiB`. */
function inWords({ name, profile, cpus, memoryMiB, gpus, gpuType, resources }: HardwarePreset): string {
  const further = furtherResources(resources);
  const parts = [
    `${cpus} ${cpus === 1 ? "processor" : "processors"}`,
    memorySize(memoryMiB),
    ...(gpus === 0 ? [] : [`${gpus} ${gpuType === null ? "" : `${gpuType} `}${gpus === 1 ? "GPU" : "GPUs"}`]),
    ...(further === "" ? [] : [further]),
  ];
  return `${name}${profile === null ? "" : ` on ${profile}`}: ${parts.join(", ")}`;
}
