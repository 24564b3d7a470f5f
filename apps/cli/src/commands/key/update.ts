import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { collect } from "../../collect.ts";
import { readDuration } from "../../duration.ts";
import { CliError } from "../../exit.ts";
import { addExamples } from "../../help.ts";
import { findKey } from "../../keys/find-key.ts";
import { addLimitOptions, changeLimits, type LimitOptions, namesLimits } from "../../keys/limit-options.ts";

interface Options extends LimitOptions {
  readonly name?: string;
  readonly model?: readonly string[];
  readonly expires?: string;
}

export function define(command: Command, cli: Cli): void {
  command
    .argument("<key>", "name, id, or start of an id")
    .option("--name <name>", "another name")
    .option(
      "--model <name>",
      "a model it may call, in place of those before; again for more; or any",
      collect,
    )
    .option("--expires <duration>", "when it ends, from now, as 30d or 12h; or never");
  addLimitOptions(command).action(async (reference: string, options: Options) => {
    const client = cli.client();
    const { id, limits } = findKey((await client.listKeys()).data, reference);
    const { name, model, expires, tag, owner, logBodies } = options;
    const change = {
      ...(name === undefined ? {} : { name }),
      ...(model === undefined ? {} : { models: model.includes("any") ? null : [...model] }),
      ...(expires === undefined ? {} : { expiresInSeconds: readExpiry(expires) }),
      ...(namesLimits(options) ? { limits: changeLimits(limits, options) } : {}),
      ...(tag === undefined ? {} : { tags: tag.filter((text) => text !== "") }),
      ...(owner === undefined ? {} : { owner: owner === "" ? null : owner }),
      ...(logBodies === undefined ? {} : { logBodies }),
    };
    if (Object.keys(change).length === 0)
      throw new CliError("usage", "say what to change: `berth key update --help` lists the options");
    const changed = await client.updateKey({ params: { id }, body: change });
    if (cli.options.json === true) cli.printJson(changed);
    cli.done(`Changed ${changed.name}`);
  });
  addExamples(command, {
    "berth key update ci --rpm 60 --parallel 4": "other limits stay",
    "berth key update ci --budget 10usd/day --budget 1000000tokens/month": "two hard limits",
    "berth key update ci --budget none --rpm none": "without them again",
    "berth key update ci --log-bodies": "keep what is asked and answered",
  });
}

function readExpiry(text: string): number | null {
  return text === "never" ? null : Math.round(readDuration(text, "--expires"));
}
