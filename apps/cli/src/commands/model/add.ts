import type { CreateDownload, Model } from "@berth/api";
import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { collect } from "../../collect.ts";
import { CliError } from "../../exit.ts";
import { addExamples } from "../../help.ts";
import { downloadModel } from "../../models/download-model.ts";
import { listVariants } from "../../models/list-variants.ts";

interface Options {
  readonly revision?: string;
  readonly variant?: string;
  readonly quant?: string;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly profile?: string;
  readonly name?: string;
  readonly list?: boolean;
  readonly detach?: boolean;
  readonly asJob?: boolean;
  readonly stage?: boolean;
}

export function define(command: Command, cli: Cli): void {
  command
    .argument("<model>", "a hub repository (owner/name), or the path of a directory or GGUF file")
    .option("-r, --revision <revision>", "a branch, tag or commit (main)")
    .option("--variant <name>", "a GGUF quantisation, as Q4_K_M (default: the recommended one)")
    .option("--quant <name>", "the same")
    .option("--include <glob>", "files to take instead; give it again for more", collect)
    .option("--exclude <glob>", "files to leave out; give it again for more", collect)
    .option("-p, --profile <name>", "where to put it (the default profile)")
    .option("--name <owner/name>", "what to call a directory or file")
    .option("--list", "show the variants with their sizes, and download nothing")
    .option("--detach", "do not wait for the download")
    .option("--as-job", "on a cluster: download in a Slurm job, not on the login node")
    .option("--stage", "for a cluster: download to this machine, then copy it there")
    .action(async (reference: string, options: Options) => {
      if (isPath(reference)) return addPath(cli, reference, options);
      if (options.name !== undefined)
        throw new CliError("usage", "--name goes with a path; a repository has its name");
      if (options.list === true) return listVariants(cli, reference, options.revision);
      await downloadModel(cli, readRequest(reference, options), options.detach !== true);
    });
  addExamples(command, {
    "berth model add Qwen/Qwen3-0.6B-GGUF --list": "which variants there are",
    "berth model add Qwen/Qwen3-0.6B-GGUF --quant Q8_0": "one of them",
    "berth model add owner/name --revision v1.0": "a tag, branch or commit",
    "berth model add ./model.gguf --name me/mine": "a file you have",
    "berth model add owner/name -p della": "to a cluster; --as-job or --stage say how",
  });
  command.addHelpText(
    "after",
    "\nThe server downloads: Ctrl-C asks whether to cancel, and leaves it going on otherwise. Adding a\nmodel again goes on where a cancelled or broken download was.",
  );
}

/** `./x`, `../x`, `/x`, `~/x`, or any GGUF file; everything else names a repository. */
function isPath(reference: string): boolean {
  return /^(\.{0,2}\/|~|\.{1,2}$)/.test(reference) || /\.gguf$/i.test(reference);
}

function readRequest(repo: string, options: Options): CreateDownload {
  const { revision, profile, include, exclude, asJob, stage } = options;
  const variant = options.variant ?? options.quant;
  return {
    repo: repo.replace(/^https:\/\/huggingface\.co\//, "").replace(/\/+$/, ""),
    ...(revision === undefined ? {} : { revision }),
    ...(profile === undefined ? {} : { profile }),
    ...(variant === undefined ? {} : { variant }),
    ...(include === undefined ? {} : { include: [...include] }),
    ...(exclude === undefined ? {} : { exclude: [...exclude] }),
    ...(asJob === undefined ? {} : { asJob }),
    ...(stage === undefined ? {} : { stage }),
  };
}

async function addPath(cli: Cli, path: string, options: Options): Promise<void> {
  const wrong = (
    ["revision", "variant", "quant", "include", "exclude", "list", "detach", "asJob", "stage"] as const
  ).filter((name) => options[name] !== undefined);
  if (wrong.length > 0) {
    throw new CliError(
      "usage",
      `${wrong.map((name) => (name === "asJob" ? "--as-job" : `--${name}`)).join(", ")}: only for hub repositories; ${path} is a path`,
    );
  }
  const { name, profile } = options;
  const model: Model = await cli.client().addLocalModel({
    body: {
      path: cli.path(path),
      ...(name === undefined ? {} : { name }),
      ...(profile === undefined ? {} : { profile }),
    },
  });
  if (cli.options.json === true) return cli.printJson(model);
  cli.done(`Added model ${model.repo} (${model.path})`);
}
