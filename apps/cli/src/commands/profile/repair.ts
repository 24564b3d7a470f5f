import type { RepairStep } from "@berth/api";
import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { confirm } from "../../confirm.ts";
import { CliError } from "../../exit.ts";
import { addExamples } from "../../help.ts";
import { addNameOption, readName } from "../../profiles/name-option.ts";
import { namedOrDefault, openProfileBook } from "../../profiles/profile-book.ts";
import { plainText } from "../../terminal/plain-text.ts";

export function define(command: Command, cli: Cli): void {
  addNameOption(command, "; the default profile when absent").action(
    async (argument: string | undefined, options: { readonly name?: string }) => {
      const book = openProfileBook(cli);
      const { name, home } = await namedOrDefault(book, readName(argument, options.name));
      await confirm(
        cli,
        `Repair ${home} of profile ${name}? Half transfers and ended launches there are removed.`,
      );
      const steps = await book.repair(name);
      if (cli.options.json === true) cli.printList(steps);
      else for (const step of steps) printStep(cli, step);
      const failed = steps.filter(({ status }) => status === "failed").length;
      if (failed > 0)
        throw new CliError("failed", `${failed} of ${steps.length} things could not be repaired`);
    },
  );
  addExamples(command, {
    "berth profile repair della": "asks first",
    "berth profile repair della --yes": "directories, modes, and what was left behind",
  });
}

function printStep({ print, style }: Cli, { status, message }: RepairStep): void {
  const marks = { ok: style.green("✔"), repaired: style.green("✔"), failed: style.red("✖") };
  print(`${marks[status]} ${plainText(message)}${status === "repaired" ? style.dim(" (repaired)") : ""}`);
}
