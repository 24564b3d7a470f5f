import type { RestartService, Service } from "@berth/api";
import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { collect } from "../collect.ts";
import { addExamples } from "../help.ts";
import { readLora } from "../launch/read-lora.ts";
import { findServices } from "../services/find-service.ts";
import { followStart } from "../services/follow-start.ts";

interface Options {
  readonly wait?: boolean;
  /** `false` by `--no-lora`. */
  readonly lora?: readonly string[] | false;
}

export function define(command: Command, cli: Cli): void {
  command
    .argument("<service...>", "ids, starts of ids, or names")
    .option("--lora <file[=scale]>", "load it with this LoRA adapter; give it again for more", collectAdapter)
    .option("--no-lora", "load it without adapters")
    .option("--wait", "wait until they are healthy")
    .action(async (references: string[], options: Options) => {
      const client = cli.client();
      const body = readChange(cli, options);
      const restarted: Service[] = [];
      for (const { id } of await findServices(client, references)) {
        const service = await client.restartService({ params: { id }, body });
        cli.done(`Restarted service ${service.id}`);
        restarted.push(options.wait === true ? await followStart(cli, service, undefined) : service);
      }
      if (cli.options.json === true) cli.printList(restarted);
    });
  addExamples(command, {
    "berth restart pilot": "stop it, start it again, same id and port",
    "berth restart pilot --wait": "and wait until it answers",
    "berth restart pilot --lora adapter.gguf=0.5": "with this adapter in place of those it had",
  });
}

function collectAdapter(value: string, before: Options["lora"]): readonly string[] {
  return collect(value, before === false ? undefined : before);
}

function readChange(cli: Cli, { lora }: Options): RestartService | undefined {
  if (lora === undefined) return undefined;
  return { options: { lora: lora === false ? [] : lora.map((text) => readLora(cli, text)) } };
}
