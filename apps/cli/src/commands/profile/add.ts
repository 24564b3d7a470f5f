import { Option, type Command } from "commander";
import { askText } from "../../ask-text.ts";
import type { Cli } from "../../cli.ts";
import { addExamples } from "../../help.ts";
import { askPlace, schemas } from "../../profiles/ask-place.ts";
import { askSiteDefaults } from "../../profiles/ask-site-defaults.ts";
import { readName } from "../../profiles/name-option.ts";
import { addPlaceOptions, type PlaceOptions } from "../../profiles/place-options.ts";
import { printCluster } from "../../profiles/print-cluster.ts";
import { printProfile } from "../../profiles/print-profile.ts";
import { openProfileBook } from "../../profiles/profile-book.ts";
import { findCluster } from "../../profiles/show-found.ts";

interface Options extends PlaceOptions {
  readonly name?: string;
  readonly default?: boolean;
}

export function define(command: Command, cli: Cli): void {
  command
    .argument("[name]", "the new profile's name")
    .option("--name <name>", "the same")
    .addOption(new Option("--schema <schema>", `the kind of place: ${schemas.join(" or ")}`));
  addPlaceOptions(command)
    .option("--default", "make it the default profile")
    .action(async (argument: string | undefined, options: Options) => {
      const name =
        readName(argument, options.name) ?? (await askText(cli, { message: "Name", flag: "a NAME" }));
      const place = await askPlace(cli, name, options);
      const book = openProfileBook(cli);
      const profile = await book.add({ ...place, default: options.default === true });
      cli.done(`Added profile ${profile.name}`);
      if (cli.options.json === true) return printProfile(cli, profile);
      if (options.check === false) return;
      const cluster = await findCluster(cli, book, profile);
      if (cluster === undefined) return;
      printCluster(cli, cluster);
      if (!cli.canAsk) return;
      const chosen = await askSiteDefaults(cli, options, cluster);
      if (Object.keys(chosen).length === 0) return;
      await book.update(profile.name, chosen);
      cli.done(
        `${profile.name}: ${Object.entries(chosen)
          .map(([field, value]) => `${field} ${value}`)
          .join(", ")}`,
      );
    });
  addExamples(command, {
    "berth profile add": "asks for what it needs, and shows what it finds",
    "berth profile add lab --schema local --home ~/.berth --cache /data/models --yes": "asks nothing",
    "berth profile add della --host della.example.edu --home '~/.berth' --cache /data/models --yes":
      "a cluster",
  });
}
