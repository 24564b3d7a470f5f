import type { Command } from "commander";
import { askText } from "../../ask-text.ts";
import type { Cli } from "../../cli.ts";
import { CliError } from "../../exit.ts";
import { addExamples } from "../../help.ts";

interface Options {
  readonly provider?: string;
  readonly owner?: string;
}

export function define(command: Command, cli: Cli): void {
  command
    .argument("<name>", "what endpoints call it by")
    .option("--provider <name>", "what it opens, as huggingface: used there without being named")
    .option("--owner <name>", "whose it is (the key's owner)")
    .action(async (name: string, { provider, owner }: Options) => {
      const value = await readValue(cli, name);
      const secret = await cli.client().putSecret({
        params: { name },
        query: owner === undefined ? {} : { owner },
        body: { value, ...(provider === undefined ? {} : { provider }) },
      });
      if (cli.options.json === true) return cli.printJson(secret);
      cli.done(`Kept ${secret.name}; nobody is shown it again`);
      if (secret.usedBy.length > 0)
        cli.note(`${secret.usedBy.join(", ")}: replicas that start from now on get the new value.`);
    });
  addExamples(command, {
    "berth secret set hf-token --provider huggingface": "asks for it, without showing it",
    "pass hf | berth secret set hf-token": "from a password store",
    "berth secret set service-account < account.json": "a whole file, for `--secret service-account:file`",
  });
}

/** Never from the command line, which others can read. One line end behind it is the shell's, not its own. */
async function readValue(cli: Cli, name: string): Promise<string> {
  const { stdin } = cli.io;
  if (stdin.isTTY) {
    const flag = "it on standard input";
    return askText(cli, { message: `The value of ${name}`, flag, secret: true });
  }
  let value = "";
  stdin.setEncoding("utf8");
  for await (const piece of stdin) value += String(piece);
  value = value.replace(/\r?\n$/, "");
  if (value === "") throw new CliError("usage", "nothing came from standard input: give the value there");
  return value;
}
