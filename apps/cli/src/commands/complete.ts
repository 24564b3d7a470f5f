import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { complete } from "../completion/candidates.ts";
import { liveNames } from "../completion/live-names.ts";
import { wordsAfterDashes } from "../words-after-dashes.ts";
import { oneLine } from "../terminal/plain-text.ts";

/** `berth __complete -- WORDS`: what the completion scripts ask. */
export function define(command: Command, cli: Cli): void {
  command.argument("[words...]").action(async () => {
    const words = wordsAfterDashes(cli.io.argv);
    const completion = await complete(words, cli);
    if (completion.kind === "files") return cli.print(":files");
    const candidates =
      completion.kind === "words" ? completion.candidates : await liveNames(completion.of, cli);
    const begun = words.at(-1) ?? "";
    for (const { value, about } of candidates.filter((candidate) => candidate.value.startsWith(begun))) {
      cli.print(`${oneLine(value)}\t${oneLine(about)}`);
    }
  });
}
