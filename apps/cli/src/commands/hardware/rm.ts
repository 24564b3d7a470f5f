import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { confirm } from "../../confirm.ts";
import { findPreset } from "../../hardware/find-preset.ts";
import { addExamples } from "../../help.ts";

interface Options {
  readonly profile?: string;
}

export function define(command: Command, cli: Cli): void {
  command
    .argument("<name>", "the preset")
    .option("-p, --profile <name>", "the one of this profile (the one that holds everywhere)")
    .action(async (name: string, { profile }: Options) => {
      findPreset((await cli.client().listHardwarePresets()).data, name, profile);
      const where = profile === undefined ? "" : ` of profile ${profile}`;
      await confirm(cli, `Forget the hardware preset ${name}${where}? A built-in one comes back as it was.`);
      await cli.client().deleteHardwarePreset({
        params: { name },
        query: profile === undefined ? {} : { profile },
      });
      if (cli.options.json === true) cli.printJson({ name, profile: profile ?? null });
      cli.done(`Forgot ${name}${where}`);
    });
  addExamples(command, {
    "berth hardware rm small": "asks first",
    "berth hardware rm gpu-1 -p della --yes": "what holds everywhere holds there again",
  });
}
