import { join } from "node:path";
import { askChoice } from "../ask-choice.ts";
import { askText } from "../ask-text.ts";
import type { Cli } from "../cli.ts";
import { CliError } from "../exit.ts";
import { givenClusterFields, type PlaceOptions, placePath } from "./place-options.ts";
import type { NewProfile } from "./profile-book.ts";
import { suggestCache } from "./shared-models.ts";
import { sshHosts } from "./ssh-hosts.ts";

export const schemas = ["local", "slurm"] as const;
type Schema = (typeof schemas)[number];

/** The new profile, by options and, where a person sits there, by questions for what they leave open. */
export async function askPlace(
  cli: Cli,
  name: string,
  options: PlaceOptions,
): Promise<Omit<NewProfile, "default">> {
  const schema = await askSchema(cli, options);
  switch (schema) {
    case "local":
      return { name, schema, ...(await askLocal(cli, options)) };
    case "slurm":
      return { name, schema, ...(await askCluster(cli, options)) };
  }
}

async function askSchema(cli: Cli, { schema, host }: PlaceOptions): Promise<Schema> {
  if (schema !== undefined) {
    const known = schemas.find((each) => each === schema);
    if (known !== undefined) return known;
    throw new CliError("usage", `--schema: there is no schema "${schema}"; use ${schemas.join(" or ")}`);
  }
  // a host is a cluster's alone
  if (host !== undefined) return "slurm";
  if (!cli.canAsk) return "local";
  return askChoice(cli, {
    message: "What kind of place is it?",
    choices: [
      { value: "local", label: "this machine" },
      { value: "slurm", label: "a Slurm cluster, over SSH" },
    ],
  });
}

async function askLocal(cli: Cli, options: PlaceOptions): Promise<{ home: string; cache: string }> {
  const home = await answer(cli, options.home, {
    message: "Home: where Berth keeps its files",
    flag: "--home DIR",
    initial: cli.homeDir,
  });
  const cache = await answer(cli, options.cache, {
    message: "Cache: an existing directory with shared models",
    flag: "--cache DIR",
    initial: suggestCache(cli),
  });
  return { home: placePath(cli, "local", home), cache: placePath(cli, "local", cache) };
}

async function askCluster(
  cli: Cli,
  options: PlaceOptions,
): Promise<Omit<NewProfile, "name" | "schema" | "default">> {
  const host = options.host ?? (await askHost(cli, options.sshConfig));
  const user =
    options.user ??
    (cli.canAsk
      ? await askText(cli, {
          message: "User there (Enter: as your ssh config says)",
          flag: "--user USER",
          initial: "",
        })
      : "");
  const home = await answer(cli, options.home, {
    message: "Home: where Berth keeps its files there",
    flag: "--home DIR",
    initial: "~/.berth",
  });
  const cache = await answer(cli, options.cache, {
    message: "Cache: an existing directory there with shared models",
    flag: "--cache DIR",
    initial: home,
  });
  return {
    ...givenClusterFields(cli, options),
    host,
    ...(user === "" ? {} : { user }),
    home,
    cache,
    ...(options.check === false ? { check: false } : {}),
  };
}

const otherHost = " ";

async function askHost(cli: Cli, sshConfig: string | undefined): Promise<string> {
  const question = { message: "Host: the cluster's login node", flag: "--host HOST" };
  const known = cli.canAsk ? sshHosts(sshConfig ?? join(cli.path("~"), ".ssh/config")) : [];
  if (known.length === 0) return askText(cli, question);
  const chosen = await askChoice(cli, {
    message: question.message,
    choices: [...known.map((value) => ({ value, label: value })), { value: otherHost, label: "another one" }],
  });
  return chosen === otherHost ? askText(cli, question) : chosen;
}

/** What a person may take with Enter is no answer that a script has given. */
async function answer(
  cli: Cli,
  given: string | undefined,
  { initial, ...question }: { readonly message: string; readonly flag: string; readonly initial: string },
): Promise<string> {
  return given ?? askText(cli, cli.canAsk ? { ...question, initial } : question);
}
