import type { ProviderKind } from "@berth/api";
import type { Command } from "commander";
import { askChoice } from "../../ask-choice.ts";
import { askText } from "../../ask-text.ts";
import type { Cli } from "../../cli.ts";
import { CliError } from "../../exit.ts";
import { addExamples } from "../../help.ts";
import { printTest } from "../../providers/print-test.ts";
import {
  addKeyOptions,
  addProviderOptions,
  kindOption,
  providerKindNames,
  type ProviderFlags,
  readProviderFlags,
} from "../../providers/provider-options.ts";
import { askCredential, type KeyFlags, readCredential } from "../../providers/read-credential.ts";

interface Options extends ProviderFlags, KeyFlags {
  readonly kind?: ProviderKind;
  /** False by `--no-test`. */
  readonly test?: boolean;
}

export function define(command: Command, cli: Cli): void {
  command.argument("[name]", "what to call it; its models are called NAME/MODEL too").addOption(kindOption());
  addKeyOptions(addProviderOptions(command))
    .option("--no-test", "do not ask it anything now")
    .action(async (argument: string | undefined, options: Options) => {
      const said = readProviderFlags(options);
      const name = argument ?? (await askText(cli, { message: "Name", flag: "a NAME" }));
      const kind = options.kind ?? (await askKind(cli));
      const credential = (await readCredential(cli, options)) ?? (await askCredential(cli));
      const client = cli.client();
      const provider = await client.createProvider({ body: { ...said, name, kind, credential } });
      if (cli.options.json === true) return cli.printJson(provider);
      cli.done(`Added provider ${name}`);
      if (options.test === false) return;
      const test = await client.testProvider({ params: { name } });
      printTest(cli, test);
      if (!test.ok)
        cli.warn(
          `${name} is kept, and looked at again now and then; \`berth provider test ${name}\` does so now`,
        );
    });
  addExamples(command, {
    "berth provider add": "asks for what it needs",
    "berth provider add gpu1 --kind tgi --url http://gpu1:8080 --yes": "one without a key",
    "berth provider add openai --kind openai --api-key-env OPENAI_API_KEY": "the key from the environment",
    "pass openai | berth provider add openai --kind openai --api-key-stdin": "or from a password store",
  });
}

async function askKind(cli: Cli): Promise<ProviderKind> {
  if (!cli.canAsk) throw new CliError("usage", `give --kind: ${providerKindNames.join(", ")}`);
  return askChoice(cli, {
    message: "How is it spoken to?",
    choices: providerKindNames.map((value) => ({ value, label: value })),
  });
}
