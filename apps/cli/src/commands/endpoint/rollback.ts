import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { addDeployOptions, tellDeployment, type DeployOptions } from "../../endpoints/deploy-endpoint.ts";
import { findEndpoint } from "../../endpoints/find-endpoint.ts";
import { addExamples } from "../../help.ts";
import { wholeNumber } from "../../read-number.ts";

export function define(command: Command, cli: Cli): void {
  command
    .argument("<endpoint>", "name, OWNER/NAME or id")
    .argument("[number]", "which deployment (the last good one before the present)", wholeNumber(1, 1e9));
  addDeployOptions(command).action(
    async (reference: string, number: number | undefined, options: DeployOptions) => {
      const endpoint = await findEndpoint(cli, reference);
      const started = await cli.client().rollbackEndpoint({
        params: { id: endpoint.id },
        body: { wakeup: options.wakeup, ...(number === undefined ? {} : { number }) },
      });
      await tellDeployment(cli, endpoint, started, options);
    },
  );
  addExamples(command, {
    "berth endpoint rollback chat": "what answered before",
    "berth endpoint rollback chat 3": "as it was in deployment 3",
  });
}
