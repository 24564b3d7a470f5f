import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { confirm } from "../../confirm.ts";
import { addExamples } from "../../help.ts";
import { findImage } from "../../images/find-image.ts";
import { byteSize } from "../../terminal/quantities.ts";

export function define(command: Command, cli: Cli): void {
  command
    .argument("<image>", "NAME, NAME:TAG, or the path of its file")
    .option("-p, --profile <name>", "on this profile")
    .action(async (wanted: string, { profile }: { readonly profile?: string }) => {
      const query = profile === undefined ? {} : { query: { profile } };
      const { data } = await cli.client().listImages(query);
      const image = findImage(data, wanted);
      await confirm(
        cli,
        `Delete ${image.path ?? image.name} (${byteSize(image.sizeBytes)}) from ${image.profile}?`,
      );
      await cli.client().deleteImage({ params: { id: image.id } });
      if (cli.options.json === true) cli.printJson({ id: image.id });
      cli.done(`Removed image ${image.name}${image.tag === null ? "" : `:${image.tag}`}`);
    });
  addExamples(command, {
    "berth image rm vllm-openai:v0.20.0 -p della": "asks first; images of the cache are not removed",
  });
}
