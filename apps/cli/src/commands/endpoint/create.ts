import type { Command } from "commander";
import { askText } from "../../ask-text.ts";
import type { Cli } from "../../cli.ts";
import { addDeployOptions, deployEndpoint, type DeployOptions } from "../../endpoints/deploy-endpoint.ts";
import { addEndpointOptions, type EndpointFlags } from "../../endpoints/endpoint-options.ts";
import { scalingInWords } from "../../endpoints/print-endpoint.ts";
import { readConfiguration } from "../../endpoints/read-configuration.ts";
import { readSettings } from "../../endpoints/read-settings.ts";
import { splitWords } from "../../endpoints/split-words.ts";
import { addExamples } from "../../help.ts";
import { orFetch } from "../../launch/or-fetch.ts";

interface Options extends EndpointFlags, DeployOptions {
  readonly owner?: string;
  readonly deploy?: boolean;
}

export function define(command: Command, cli: Cli): void {
  addEndpointOptions(
    command
      .argument("[name]", "what to call it (a random name)")
      .argument("[words...]", "after --, options for the engine, or the program and its arguments")
      .usage("[options] [name] [-- words]")
      .option("--owner <name>", "whose it is (the key's owner)")
      .option("--deploy", "roll it out at once"),
  );
  addDeployOptions(command).action(async (_: string | undefined, _words: string[], options: Options) => {
    const { name, words } = splitWords(cli, command.args);
    const flags = await withTemplate(cli, options);
    const body = {
      ...(name === undefined ? {} : { name }),
      ...(options.owner === undefined ? {} : { owner: options.owner }),
      ...readSettings(flags),
      ...(await readConfiguration(cli, flags, words, undefined)),
    };
    const { model, revision } = body.template ?? {};
    const endpoint = await orFetch(
      cli,
      {
        ...(model === undefined ? {} : { model }),
        ...(revision === undefined ? {} : { revision }),
        ...(body.profiles?.[0] === undefined ? {} : { profile: body.profiles[0] }),
      },
      () => cli.client().createEndpoint({ body }),
    );
    if (options.deploy === true) {
      cli.done(`Created endpoint ${endpoint.fullName}`);
      return deployEndpoint(cli, endpoint, options);
    }
    if (cli.options.json === true) return cli.printJson(endpoint);
    if (endpoint.configuration.template === null)
      return cli.done(`Created endpoint ${endpoint.fullName}: workers of your own take its jobs`);
    cli.done(`Created endpoint ${endpoint.fullName}: ${scalingInWords(endpoint.scaling)}`);
    cli.note(`Nothing runs yet: \`berth endpoint deploy ${endpoint.fullName}\` rolls it out.`);
  });
  addExamples(command, {
    "berth endpoint create chat --model berth/pilot --max 3 --deploy": "from zero to three replicas",
    "berth endpoint create chat --model org/model -p default -p della --time 2h": "here, then on a cluster",
    "berth endpoint create gated --model org/model --hub-secret hf-token": "as whose token is stored",
    "berth endpoint create feelings --model org/model --task text-classification": "a pipeline, at /predict",
    "berth endpoint create shout --handler shout.py:Handler": "a function or class of yours, at /predict",
    "berth endpoint create mine --command --health /health -- my-server --port {port}": "a server of yours",
    "berth endpoint create pull --workers": "workers of your own take its jobs",
  });
}

/** Asks for the model where nothing says what a replica is. */
async function withTemplate(cli: Cli, options: Options): Promise<EndpointFlags> {
  const { model, handler, command, workers } = options;
  if (model !== undefined || handler !== undefined || command === true || workers === true) return options;
  const flag = "--model MODEL, --handler FILE, --command -- PROGRAM, or --workers";
  return { ...options, model: await askText(cli, { message: "Model", flag }) };
}
