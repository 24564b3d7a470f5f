import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { CliError } from "../../exit.ts";
import { addExamples } from "../../help.ts";
import { addRouteOptions, readRouteFlags, type RouteFlags } from "../../routes/route-options.ts";
import { targetsText } from "../../routes/target-text.ts";
import { warnOfTargets } from "./add.ts";

export function define(command: Command, cli: Cli): void {
  addRouteOptions(command.argument("<name>", "the route"))
    .option("--no-cache", "answer nothing from memory")
    .option("--no-log-bodies", "keep no requests and answers")
    .action(async (name: string, flags: RouteFlags) => {
      const said = readRouteFlags(flags);
      const body = flags.cache === false ? { ...said, cache: null } : said;
      if (Object.keys(body).length === 0)
        throw new CliError("usage", "say what to change; `berth route update --help` lists what can be");
      const route = await cli.client().updateModelRoute({ params: { id: name }, body });
      if (cli.options.json === true) return cli.printJson(route);
      cli.done(`Changed route ${name}: ${targetsText(route)}`);
      warnOfTargets(cli, route);
    });
  addExamples(command, {
    "berth route update chat --target pilot --target gpu1/llama": "these targets, in place of those before",
    "berth route update chat --retries 3 --cache 10m": "the rest stays",
    "berth route update chat --no-cache": "without a cache again",
  });
}
