import type { Command } from "commander";
import { Option } from "commander";
import type { Cli } from "../cli.ts";
import { addExamples } from "../help.ts";
import { formatOf, transcriptFormats, type TranscribeOptions } from "../speech/format-of.ts";

export function define(command: Command, cli: Cli): void {
  command
    .argument("<file>", "the audio: wav, mp3, ogg, opus, flac, m4a, aac or webm")
    .option("--model <name>", "a service's name or id, or a model's repository id (the only one that hears)")
    .addOption(
      new Option("--format <format>", "the form of the answer (text, or as --output's name ends)").choices(
        transcriptFormats,
      ),
    )
    .option("--language <code>", "what is spoken: en, de, fr ... (found out)")
    .option("--prompt <text>", "names and words that occur in it")
    .option("--translate", "write it down in English")
    .option("-o, --output <file>", "write it there, rather than to standard output")
    .action(async (file: string, options: TranscribeOptions) => {
      const format = formatOf(options, cli.options.json === true);
      const { transcribeFile } = await import("../speech/transcribe-file.ts");
      await transcribeFile(cli, file, options, format);
    });
  addExamples(command, {
    "berth transcribe talk.mp3": "the text, as it is heard",
    "berth transcribe talk.mp3 -o talk.srt": "subtitles",
    "berth transcribe talk.mp3 --language de --model ears": "by one of several models",
    "berth transcribe talk.mp3 --json": "with the times of what is said",
  });
}
