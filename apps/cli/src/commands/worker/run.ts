import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { addExamples } from "../../help.ts";
import { becomeWorker } from "../../worker-entry.ts";

export function define(command: Command, cli: Cli): void {
  command
    .argument("<file>", "a TypeScript or JavaScript file that exports a handler, or calls start")
    .option("--endpoint <name>", "whose jobs to take (BERTH_ENDPOINT)")
    .action(async (file: string, { endpoint }: { readonly endpoint?: string }) => {
      if (endpoint !== undefined) process.env.BERTH_ENDPOINT = endpoint;
      process.env.BERTH_URL ??= cli.address().url;
      await becomeWorker(["run", cli.path(file)]);
    });
  addExamples(command, {
    "BERTH_API_KEY=sk-berth-... berth worker run app.ts --endpoint me/mine": "with a key of the scope worker",
  });
}
