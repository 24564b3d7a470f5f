import type { ModelRoute } from "@berth/api";
import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { CliError } from "../../exit.ts";
import { addExamples } from "../../help.ts";
import { addRouteOptions, readRouteFlags, type RouteFlags } from "../../routes/route-options.ts";
import { targetsText } from "../../routes/target-text.ts";

export function define(command: Command, cli: Cli): void {
  addRouteOptions(command.argument("<name>", "what callers say in `model`")).action(
    async (name: string, flags: RouteFlags) => {
      const { targets, ...said } = readRouteFlags(flags);
      if (targets === undefined) throw new CliError("usage", "give at least one --target");
      const route = await cli.client().createModelRoute({ body: { name, targets, ...said } });
      if (cli.options.json === true) return cli.printJson(route);
      cli.done(`Added route ${name}: ${targetsText(route)}`);
      warnOfTargets(cli, route);
    },
  );
  addExamples(command, {
    "berth route add chat --target pilot --fallback openai/gpt-4o":
      "an own service first, a paid one when it cannot",
    "berth route add chat --target a --target b:2 --strategy weighted": "b gets twice as much",
    "berth route add 'gpt-.*' --match regex --target lab/llama": "all names of a kind",
    "berth route add rest --match default --target pilot": "every other name, and none",
  });
}

/** A target may come later: that is said, not refused. */
export function warnOfTargets(cli: Cli, { targets }: ModelRoute): void {
  for (const { model, status, reason } of targets) {
    if (status !== "ready") cli.warn(`${model}: ${reason ?? status}`);
  }
}
