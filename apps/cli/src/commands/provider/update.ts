import type { CredentialSpec, UpdateProvider } from "@berth/api";
import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { CliError } from "../../exit.ts";
import { addExamples } from "../../help.ts";
import { printProvider } from "../../providers/print-provider.ts";
import {
  addKeyOptions,
  addProviderOptions,
  type ProviderFlags,
  readProviderFlags,
} from "../../providers/provider-options.ts";
import { type KeyFlags, readCredential } from "../../providers/read-credential.ts";

interface Options extends ProviderFlags, KeyFlags {
  /** False by `--no-api-key`. */
  readonly apiKey?: boolean;
  readonly enable?: boolean;
  readonly disable?: boolean;
}

export function define(command: Command, cli: Cli): void {
  command.argument("<provider>", "its name or id");
  addKeyOptions(addProviderOptions(command))
    .option("--no-api-key", "forget the key")
    .option("--no-discover", "only the models that are named")
    .option("--enable", "switch it on again")
    .option("--disable", "switch it off: it is kept, and never called")
    .action(async (name: string, options: Options) => {
      const body = await readChanges(cli, options);
      if (Object.keys(body).length === 0)
        throw new CliError("usage", "say what to change; `berth provider update --help` lists what can be");
      const provider = await cli.client().updateProvider({ params: { name }, body });
      cli.done(`Changed provider ${provider.name}`);
      if (cli.options.json === true) printProvider(cli, provider);
    });
  addExamples(command, {
    "berth provider update gpu1 --model llama --context 8192": "these models, in place of those before",
    "berth provider update openai --api-key-stdin < new-key": "another key",
    "berth provider update openai --disable": "switched off",
  });
}

async function readChanges(cli: Cli, options: Options): Promise<UpdateProvider> {
  if (options.enable === true && options.disable === true)
    throw new CliError("usage", "give --enable or --disable, not both");
  const enabled = options.enable === true ? true : options.disable === true ? false : undefined;
  const told = await readCredential(cli, options);
  const credential: CredentialSpec | undefined =
    told ?? (options.apiKey === false ? { kind: "none" } : undefined);
  return {
    ...readProviderFlags(options),
    ...(credential === undefined ? {} : { credential }),
    ...(enabled === undefined ? {} : { enabled }),
  };
}
