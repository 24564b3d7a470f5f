import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { confirm } from "../../confirm.ts";
import { addExamples } from "../../help.ts";
import { findModel } from "../../models/find-model.ts";
import { byteSize } from "../../terminal/quantities.ts";

interface Options {
  readonly revision?: string;
  readonly profile?: string;
}

export function define(command: Command, cli: Cli): void {
  command
    .argument("<model>", "a repository id")
    .option("-r, --revision <revision>", "a commit, the start of one, a branch or a tag")
    .option("-p, --profile <name>", "on this profile")
    .action(async (reference: string, options: Options) => {
      const { profile } = options;
      const { data } = await cli.client().listModels(profile === undefined ? {} : { query: { profile } });
      const model = findModel(data, { model: reference, ...options });
      // A directory is the user's own: it is forgotten, not deleted.
      const what =
        model.location === "directory"
          ? `Forget ${model.repo}? Its files at ${model.path} stay.`
          : `Delete ${model.repo} (${byteSize(model.sizeBytes)}, revision ${model.revision}) from ${model.profile}?`;
      await confirm(cli, what);
      await cli.client().deleteModel({ params: { id: model.id } });
      if (cli.options.json === true) cli.printJson({ id: model.id });
      cli.done(`Removed model ${model.repo}`);
    });
  addExamples(command, {
    "berth model rm owner/name": "asks first",
    "berth model rm owner/name --revision fe8a4ea --yes": "one revision, unasked",
  });
}
