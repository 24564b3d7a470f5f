import type { Scope } from "@berth/api";
import { InvalidArgumentError, Option, type Command } from "commander";
import type { Cli } from "../../cli.ts";
import { collect } from "../../collect.ts";
import { readDuration } from "../../duration.ts";
import { addExamples } from "../../help.ts";
import { addLimitOptions, changeLimits, type LimitOptions, namesLimits } from "../../keys/limit-options.ts";

const scopes = ["inference", "admin", "worker"] as const satisfies readonly Scope[];

interface Options extends LimitOptions {
  readonly scope?: readonly Scope[];
  readonly model?: readonly string[];
  readonly expires?: string;
}

export function define(command: Command, cli: Cli): void {
  command
    .argument("<name>", "what to know it by")
    .addOption(
      new Option(
        "--scope <scope>",
        "what it may do: inference (the default) calls models, worker takes jobs, admin does everything",
      )
        .choices(scopes)
        .argParser(collectScope),
    )
    .option("--model <name>", "a model it may call; give it again for more (default: any)", collect)
    .option("--expires <duration>", "when it ends, as 30d or 12h (default: never)");
  addLimitOptions(command).action(async (name: string, options: Options) => {
    const { scope, model, expires, tag, owner, logBodies } = options;
    const created = await cli.client().createKey({
      body: {
        name,
        ...(scope === undefined ? {} : { scopes: [...scope] }),
        ...(model === undefined ? {} : { models: [...model] }),
        ...(expires === undefined
          ? {}
          : { expiresInSeconds: Math.round(readDuration(expires, "--expires")) }),
        ...(namesLimits(options) ? { limits: changeLimits({}, options) } : {}),
        ...(tag === undefined ? {} : { tags: [...tag] }),
        ...(owner === undefined ? {} : { owner }),
        ...(logBodies === undefined ? {} : { logBodies }),
      },
    });
    if (cli.options.json === true) return cli.printJson(created);
    // The key alone goes to standard output: KEY=$(berth key create ci).
    cli.print(created.key);
    cli.note(`Key ${created.name} (${created.scopes.join(", ")}). This is the only time it is shown.`);
  });
  addExamples(command, {
    "KEY=$(berth key create ci)": "into a variable",
    "berth key create app --model berth/pilot --expires 30d": "for one model, for a month",
    "berth key create class --rpm 60 --parallel 4 --budget 10usd/day": "with limits",
    "berth key create gpu-box --scope worker": "for a worker of yours, which takes jobs",
    "berth key create boss --scope admin": "for the management API too",
  });
}

function collectScope(text: string, before: readonly Scope[] | undefined): readonly Scope[] {
  const scope = scopes.find((known) => known === text);
  if (scope === undefined) throw new InvalidArgumentError(`Allowed choices are ${scopes.join(", ")}.`);
  return [...(before ?? []), scope];
}
