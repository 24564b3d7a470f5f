import type { Cli } from "../cli.ts";
import { CliError } from "../exit.ts";
import { wordsAfterDashes } from "../words-after-dashes.ts";

/** The name before `--`, and the words behind it. */
export function splitWords(
  cli: Cli,
  args: readonly string[],
): { readonly name: string | undefined; readonly words: readonly string[] } {
  const words = wordsAfterDashes(cli.io.argv);
  const before = args.slice(0, args.length - words.length);
  if (before.length > 1)
    throw new CliError("usage", `one name at a time: "${before.slice(1).join(" ")}" is too much`);
  return { name: before[0], words };
}
