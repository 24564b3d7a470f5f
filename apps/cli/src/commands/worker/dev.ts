import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { addExamples } from "../../help.ts";
import { wholeNumber } from "../../read-number.ts";
import { becomeWorker } from "../../worker-entry.ts";

export function define(command: Command, cli: Cli): void {
  command
    .argument("<file>", "a TypeScript or JavaScript file that exports a handler, or calls start")
    .option(
      "--port <port>",
      "where the page and POST /predict are; 0 takes a free one (8080)",
      wholeNumber(0, 65_535),
    )
    .action(async (file: string, { port }: { readonly port?: number }) => {
      await becomeWorker(["dev", cli.path(file), ...(port === undefined ? [] : ["--port", String(port)])]);
    });
  addExamples(command, {
    "berth worker dev app.ts": "a page to try it at http://localhost:8080/",
    "curl -d '{\"n\": 3}' http://localhost:8080/predict": "the same by hand, meanwhile",
  });
}
