import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { addExamples } from "../../help.ts";
import { wholeNumber } from "../../read-number.ts";
import { becomeWorker } from "../../worker-entry.ts";
import { addHandlerFile, type HandlerOptions, handlerWords } from "./handler-words.ts";

interface Options extends HandlerOptions {
  readonly port?: number;
}

export function define(command: Command, cli: Cli): void {
  addHandlerFile(command)
    .option(
      "--port <port>",
      "where the page and POST /predict are; 0 takes a free one (8080)",
      wholeNumber(0, 65_535),
    )
    .action(async (file: string, options: Options) => {
      const { port } = options;
      const at = port === undefined ? [] : ["--port", String(port)];
      await becomeWorker(["dev", ...handlerWords(cli, file, options), ...at]);
    });
  addExamples(command, {
    "berth worker dev app.ts": "a page to try it at http://localhost:8080/",
    "berth worker dev app.py:Handler": "the same of Python",
    "curl -d '{\"n\": 3}' http://localhost:8080/predict": "the same by hand, meanwhile",
  });
}
