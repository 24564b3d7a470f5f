import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { addDeployOptions, deployEndpoint, type DeployOptions } from "../../endpoints/deploy-endpoint.ts";
import { addEndpointOptions, type EndpointFlags } from "../../endpoints/endpoint-options.ts";
import { findEndpoint } from "../../endpoints/find-endpoint.ts";
import { readConfiguration } from "../../endpoints/read-configuration.ts";
import { readSettings } from "../../endpoints/read-settings.ts";
import { splitWords } from "../../endpoints/split-words.ts";
import { CliError } from "../../exit.ts";
import { addExamples } from "../../help.ts";

interface Options extends EndpointFlags, DeployOptions {
  readonly deploy?: boolean;
}

export function define(command: Command, cli: Cli): void {
  addEndpointOptions(
    command
      .argument("<endpoint>", "name, OWNER/NAME or id")
      .argument("[words...]", "after --, options for the engine, or the program and its arguments")
      .usage("[options] <endpoint> [-- words]")
      .option("--deploy", "roll it out at once"),
  );
  addDeployOptions(command).action(async (reference: string, _: string[], options: Options) => {
    const { words } = splitWords(cli, command.args);
    const { id, configuration } = await findEndpoint(cli, reference);
    const body = {
      ...readSettings(options),
      ...(await readConfiguration(cli, options, words, configuration)),
    };
    if (Object.keys(body).length === 0)
      throw new CliError("usage", "say what to change; `berth endpoint update --help` lists what can be");
    const endpoint = await cli.client().updateEndpoint({ params: { id }, body });
    if (options.deploy === true) {
      cli.done(`Changed endpoint ${endpoint.fullName}`);
      return deployEndpoint(cli, endpoint, options);
    }
    if (cli.options.json === true) return cli.printJson(endpoint);
    cli.done(`Changed endpoint ${endpoint.fullName}`);
    if (endpoint.hasChanges)
      cli.note(
        `What runs is as it was: \`berth endpoint deploy ${endpoint.fullName}\` rolls the change out.`,
      );
  });
  addExamples(command, {
    "berth endpoint update chat --max 5 --scaledown-period 5m": "holds at once",
    "berth endpoint update chat --parallel 8 --deploy": "the rest of the engine's options stay",
    "berth endpoint update chat --secret none --hardware none": "without them again",
  });
}
