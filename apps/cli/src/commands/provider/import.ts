import type { ImportProviders, ProviderImport } from "@berth/api";
import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { readIfThere } from "../../connection/home.ts";
import { CliError } from "../../exit.ts";
import { addExamples } from "../../help.ts";
import { plainText } from "../../terminal/plain-text.ts";

interface Options {
  readonly modelLock?: string;
  readonly visible?: string;
  readonly apiKeys?: string;
  readonly dryRun?: boolean;
}

export function define(command: Command, cli: Cli): void {
  command
    .option("--model-lock <file-or-literal>", "h2oGPT's model_lock; a file, if it holds keys")
    .option("--visible <names>", "h2oGPT's visible_models: which of them to take (all)")
    .option("--api-keys <file>", "h2oGPT's h2ogpt_api_keys.json: its callers keep their keys")
    .option("--dry-run", "tell what would be added, and add nothing")
    .action(async (options: Options) => {
      const told = await cli.client().importProviders({ body: readBody(cli, options) });
      if (cli.options.json === true) cli.printJson(told);
      else printImport(cli, told, options.dryRun === true);
      const failed = [...told.providers, ...told.keys].filter(({ outcome }) => outcome === "failed").length;
      if (failed > 0) throw new CliError("failed", `${failed} of them could not be taken over`);
    });
  addExamples(command, {
    "berth provider import --model-lock lock.txt --dry-run": "what would be added, and what ignored",
    "berth provider import --model-lock lock.txt --visible \"['llama']\"": "only these models",
    "berth provider import --api-keys h2ogpt_api_keys.json": "the keys of its callers",
  });
}

function readBody(cli: Cli, { modelLock, visible, apiKeys, dryRun }: Options): ImportProviders {
  if (modelLock === undefined && apiKeys === undefined)
    throw new CliError("usage", "give --model-lock, --api-keys or both");
  return {
    ...(modelLock === undefined ? {} : { modelLock: readLock(cli, modelLock) }),
    ...(visible === undefined ? {} : { visibleModels: visible }),
    ...(apiKeys === undefined ? {} : { apiKeys: readFile(cli, apiKeys) }),
    ...(dryRun === undefined ? {} : { dryRun }),
  };
}

/** As h2oGPT takes it: what looks like a list or a dict is one, everything else a file's name. */
function readLock(cli: Cli, text: string): string {
  return /^\s*[[{(]/.test(text) ? text : readFile(cli, text);
}

function readFile(cli: Cli, file: string): string {
  const text = readIfThere(cli.path(file));
  if (text === undefined) throw new CliError("notFound", `there is no ${file}`);
  return text;
}

function printImport(cli: Cli, { providers, keys, ignored }: ProviderImport, isDry: boolean): void {
  const { style } = cli;
  const marks = { added: style.green("✔"), exists: style.dim("="), failed: style.red("✖") };
  const verbs = { added: isDry ? "would add" : "added", exists: "kept", failed: "could not add" };
  const print = (mark: string, ...words: string[]): void =>
    cli.print(`${mark} ${plainText(words.filter((word) => word !== "").join(" "))}`);
  const because = (message: string): string => (message === "" ? "" : `(${message})`);
  for (const { name, kind, models, outcome, message } of providers)
    print(
      marks[outcome],
      verbs[outcome],
      "provider",
      `${name},`,
      `${kind}:`,
      models.join(", "),
      because(message),
    );
  for (const { name, outcome, message } of keys)
    print(marks[outcome], verbs[outcome], "key", name, because(message));
  for (const { what, reason } of ignored) print(style.dim("-"), "ignored", `${what}:`, reason);
}
