import type { Command } from "commander";
import { CliError } from "../exit.ts";

/** A profile's name as an argument or as `--name`. */
export function addNameOption(command: Command, absent: string): Command {
  return command.argument("[name]", `the profile's name${absent}`).option("--name <name>", "the same");
}

export function readName(argument: string | undefined, option: string | undefined): string | undefined {
  if (argument !== undefined && option !== undefined && argument !== option) {
    throw new CliError("usage", `two names are given, ${argument} and ${option}; which one is meant?`);
  }
  return argument ?? option;
}

export function requireName(argument: string | undefined, option: string | undefined): string {
  const name = readName(argument, option);
  if (name === undefined) throw new CliError("usage", "give the profile's name");
  return name;
}
