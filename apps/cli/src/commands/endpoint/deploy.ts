import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { addDeployOptions, deployEndpoint, type DeployOptions } from "../../endpoints/deploy-endpoint.ts";
import { findEndpoint } from "../../endpoints/find-endpoint.ts";
import { addExamples } from "../../help.ts";

export function define(command: Command, cli: Cli): void {
  addDeployOptions(command.argument("<endpoint>", "name, OWNER/NAME or id")).action(
    async (reference: string, options: DeployOptions) => {
      await deployEndpoint(cli, await findEndpoint(cli, reference), options);
    },
  );
  addExamples(command, {
    "berth endpoint deploy chat": "until the new replicas answer; the old ones end their requests then",
    "berth endpoint deploy chat --no-wakeup": "down to none again, once one was seen to start",
    "berth endpoint deploy chat --no-wait": "order it, and go on",
  });
}
