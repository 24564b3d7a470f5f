import type { Command } from "commander";

const widestAligned = 64;

/** Ends a command's help with lines to copy, each with what it is for. */
export function addExamples(command: Command, examples: Readonly<Record<string, string>>): Command {
  const widths = Object.keys(examples).map((line) => line.length);
  const width = Math.max(...widths.filter((length) => length <= widestAligned));
  const lines = Object.entries(examples).map(([line, why]) => `  ${line.padEnd(width)}   ${why}`.trimEnd());
  return command.addHelpText("after", `\nExamples:\n${lines.join("\n")}`);
}
