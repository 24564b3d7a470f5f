import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { addExamples } from "../../help.ts";
import { becomeWorker } from "../../worker-entry.ts";
import { addHandlerFile, type HandlerOptions, handlerWords } from "./handler-words.ts";

interface Options extends HandlerOptions {
  readonly endpoint?: string;
}

export function define(command: Command, cli: Cli): void {
  addHandlerFile(command)
    .option("--endpoint <name>", "whose jobs to take (BERTH_ENDPOINT)")
    .action(async (file: string, options: Options) => {
      const { endpoint } = options;
      if (endpoint !== undefined) process.env.BERTH_ENDPOINT = endpoint;
      process.env.BERTH_URL ??= cli.address().url;
      await becomeWorker(["run", ...handlerWords(cli, file, options)]);
    });
  addExamples(command, {
    "BERTH_API_KEY=sk-berth-... berth worker run app.ts --endpoint me/mine": "with a key of the scope worker",
    "BERTH_API_KEY=sk-berth-... berth worker run app.py:Handler --endpoint me/mine": "the same of Python",
  });
}
