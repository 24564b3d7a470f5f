import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { addExamples } from "../help.ts";
import { wholeNumber } from "../read-number.ts";
import type { SummarizeOptions } from "../summaries/summarize-files.ts";

export function define(command: Command, cli: Cli): void {
  command
    .argument("<file...>", "documents: text, Markdown, HTML, PDF or docx")
    .option("--model <name>", "what is named as a model: a service, a repository id (the only one running)")
    .option("--ask <question>", "answer this from the documents, instead")
    .option("--instruction <text>", "what the summary should be like")
    .option("--parallel <count>", "most calls at once (10)", wholeNumber(1, 64))
    .option("--max-tokens <count>", "longest answer of each call", wholeNumber(1, 100_000))
    .option(
      "--part-tokens <count>",
      "most tokens that one call reads (what the context holds)",
      wholeNumber(1, 10_000_000),
    )
    .option(
      "--context-tokens <count>",
      "the model's context, where the server does not know it",
      wholeNumber(1, 100_000_000),
    )
    .option("-o, --output <file>", "write it there, rather than to standard output")
    .action(async (files: readonly string[], options: SummarizeOptions) => {
      const { summarizeFiles } = await import("../summaries/summarize-files.ts");
      await summarizeFiles(cli, files, options);
    });
  addExamples(command, {
    "berth summarize paper.pdf": "with the only model that runs",
    "berth summarize *.md --model pilot --ask 'Who wrote it?'": "an answer out of several files",
    "berth summarize paper.pdf -o summary.md --instruction 'For children.'": "to a file, in another manner",
    "berth summarize paper.pdf --json": "with what was written about each part",
  });
}
