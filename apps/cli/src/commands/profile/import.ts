import type { ImportedProfile } from "@berth/api";
import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { given, readIfThere } from "../../connection/home.ts";
import { CliError } from "../../exit.ts";
import { addExamples } from "../../help.ts";
import { openProfileBook } from "../../profiles/profile-book.ts";
import { plainText } from "../../terminal/plain-text.ts";

export function define(command: Command, cli: Cli): void {
  command
    .argument("[file]", "a profiles.cfg; Blackfish's own when absent")
    .option("--dry-run", "tell what would be added, and add nothing")
    .action(async (file: string | undefined, options: { readonly dryRun?: boolean }) => {
      const home = given(cli.io.env["BLACKFISH_HOME_DIR"]) ?? "~/.blackfish";
      const path = cli.path(file ?? `${home}/profiles.cfg`);
      const text = readIfThere(path);
      if (text === undefined) throw new CliError("notFound", `there is no ${path}; name the file to import`);
      const told = await openProfileBook(cli).import({ path, text, dryRun: options.dryRun === true });
      if (cli.options.json === true) cli.printList(told);
      else for (const each of told) printImported(cli, each, options.dryRun === true);
      const invalid = told.filter(({ outcome }) => outcome === "invalid").length;
      if (invalid > 0) throw new CliError("failed", `${invalid} of ${told.length} profiles cannot be used`);
    });
  addExamples(command, {
    "berth profile import --dry-run": "what Blackfish has, and what of it is new",
    "berth profile import old/profiles.cfg": "adds what is not there yet",
  });
}

function printImported(
  { print, style }: Cli,
  { name, outcome, message }: ImportedProfile,
  isDry: boolean,
): void {
  const marks = { added: style.green("✔"), exists: style.dim("="), invalid: style.red("✖") };
  const verb = outcome === "added" ? (isDry ? "would add " : "added ") : "";
  print(plainText(`${marks[outcome]} ${verb}${name}${name === "" ? "" : ": "}${message}`));
}
