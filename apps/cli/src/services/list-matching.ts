import type { Service } from "@berth/api";
import type { Client } from "@berth/client";
import type { Command } from "commander";
import { collect } from "../collect.ts";
import { matches, readFilter } from "./filter.ts";

export interface FilterOptions {
  readonly filter?: readonly string[];
}

/** `--filter`, and `--filters`, which some know it by. */
export function addFilterOption(command: Command): Command {
  return command
    .option(
      "--filter <field=value,...>",
      "only services whose id, status, name, model, profile, port or image is so",
      collect,
    )
    .option("--filters <field=value,...>", "the same", collect)
    .hook("preAction", (_, called) => {
      const both = [
        ...(called.opts<FilterOptions>().filter ?? []),
        ...(called.opts<{ filters?: string[] }>().filters ?? []),
      ];
      if (both.length > 0) called.setOptionValue("filter", both);
    });
}

/** Services that match. A filter looks at ended services too: whoever asks for FAILED means them. */
export async function listMatching(
  client: Client,
  filterTexts: readonly string[] | undefined,
  all: boolean,
): Promise<Service[]> {
  const filter = readFilter(filterTexts ?? []);
  const { data } = await client.listServices({ query: all || filter.size > 0 ? { all: "true" } : {} });
  return data.filter((service) => matches(service, filter));
}
