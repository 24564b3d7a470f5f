import type { Cluster } from "@berth/api";
import { askChoice } from "../ask-choice.ts";
import type { Cli } from "../cli.ts";
import type { PlaceOptions } from "./place-options.ts";
import type { ClusterFieldValues } from "./profile-book.ts";

const none = " ";

/** What most Slurm jobs there should ask for, chosen from what there is; fields that were given are not asked for. */
export async function askSiteDefaults(
  cli: Cli,
  given: PlaceOptions,
  { partitions, accounts }: Cluster,
): Promise<ClusterFieldValues> {
  const partition =
    given.partition === undefined && partitions.length > 1
      ? await choose(
          cli,
          "Partition for Slurm jobs",
          "the cluster's default",
          partitions.map(({ name }) => name),
        )
      : undefined;
  const account =
    given.account === undefined && accounts !== null && accounts.length > 1
      ? await choose(
          cli,
          "Account they are charged to",
          "your default",
          accounts.map(({ name }) => name),
        )
      : undefined;
  return {
    ...(partition === undefined ? {} : { partition }),
    ...(account === undefined ? {} : { account }),
  };
}

async function choose(
  cli: Cli,
  message: string,
  standard: string,
  names: readonly string[],
): Promise<string | undefined> {
  const chosen = await askChoice(cli, {
    message,
    choices: [{ value: none, label: standard }, ...names.map((value) => ({ value, label: value }))],
  });
  return chosen === none ? undefined : chosen;
}
