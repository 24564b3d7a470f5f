import type { HardwarePreset } from "@berth/api";
import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { furtherResources } from "../../hardware/further-resources.ts";
import { addExamples } from "../../help.ts";
import { memorySize } from "../../terminal/quantities.ts";
import type { Column } from "../../terminal/table.ts";

export function define(command: Command, cli: Cli): void {
  command.action(async () => {
    const { data } = await cli.client().listHardwarePresets();
    if (cli.options.json === true) return cli.printList(data);
    cli.table(columns(cli), data);
  });
  addExamples(command, {
    "berth hardware ls": "sizes that endpoints name: `--hardware gpu-1`",
    "berth hardware ls --json": "as JSON",
  });
}

function columns({ style }: Cli): readonly Column<HardwarePreset>[] {
  return [
    { title: "NAME", cell: ({ name }) => name, shrinkTo: 8 },
    { title: "PROFILE", cell: ({ profile }) => profile ?? "any", expendable: 2 },
    { title: "CPUS", cell: ({ cpus }) => String(cpus) },
    { title: "MEMORY", cell: ({ memoryMiB }) => memorySize(memoryMiB) },
    {
      title: "GPUS",
      cell: ({ gpus, gpuType }) => (gpuType === null ? String(gpus) : `${gpus} ${gpuType}`),
    },
    { title: "SLURM", cell: ({ resources }) => furtherResources(resources), shrinkTo: 8, expendable: 1 },
    {
      title: "",
      cell: ({ isBuiltIn }) => (isBuiltIn ? "built in" : ""),
      paint: () => style.dim,
      expendable: 3,
    },
  ];
}
