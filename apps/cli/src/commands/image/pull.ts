import type { CreateImagePull } from "@berth/api";
import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { addExamples } from "../../help.ts";
import { followPull } from "../../images/follow-pull.ts";
import { byteSize } from "../../terminal/quantities.ts";

interface Options {
  readonly profile?: string;
  readonly name?: string;
  readonly loginNode?: boolean;
  readonly detach?: boolean;
}

export function define(command: Command, cli: Cli): void {
  command
    .argument(
      "<source>",
      "NAME:TAG, NAME@sha256:..., oci-archive:PATH, docker-archive:PATH, or a definition file",
    )
    .option("-p, --profile <name>", "where to put it (the default profile)")
    .option("--name <name:tag>", "what to call it (as its source)")
    .option("--login-node", "on a cluster: make it on the login node, not in a Slurm job")
    .option("--detach", "do not wait for it")
    .action(async (source: string, options: Options) => {
      const started = await cli.client().createImagePull({ body: readRequest(source, options) });
      if (options.detach === true) {
        if (cli.options.json === true) return cli.printJson(started);
        return cli.done(`Pulling ${source}; the same command shows how far it is`);
      }
      const { image } = await followPull(cli, started);
      if (cli.options.json === true) return cli.printJson(image);
      if (image === null) return;
      cli.done(`Made ${image.path} (${byteSize(image.sizeBytes)}) of ${image.digest ?? source}`);
    });
  addExamples(command, {
    "berth image pull vllm/vllm-openai:v0.20.0 -p della": "as a Slurm job",
    "berth image pull oci-archive:/scratch/me/tool.tar --name tool:1 -p della": "of a file there",
  });
}

function readRequest(source: string, { profile, name, loginNode }: Options): CreateImagePull {
  return {
    source,
    ...(profile === undefined ? {} : { profile }),
    ...(name === undefined ? {} : { name }),
    ...(loginNode === undefined ? {} : { loginNode }),
  };
}
