import type { Model } from "@berth/api";
import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { addExamples } from "../../help.ts";
import { findModel, quantisationOf } from "../../models/find-model.ts";
import { renderFacts } from "../../terminal/facts.ts";
import { byteSize, memorySize, parameterCount } from "../../terminal/quantities.ts";

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
      if (cli.options.json === true) return cli.printJson(model);
      for (const line of renderFacts(facts(model), cli.style.dim)) cli.print(line);
      cli.print("");
      cli.table(
        [
          { title: "FILE", cell: ({ path }) => path, shrinkTo: 16 },
          { title: "SIZE", cell: ({ sizeBytes }) => byteSize(sizeBytes) },
          { title: "QUANT", cell: ({ quantisation }) => quantisation ?? "-" },
        ],
        model.files,
      );
    });
  addExamples(command, {
    "berth model show berth/pilot": "what its files say of it",
    "berth model show berth/pilot --json": "every fact",
  });
}

function facts(model: Model): (readonly [string, string | null])[] {
  const { facts: known } = model;
  const yesNo = (value: boolean | undefined): string | null =>
    value === undefined ? null : value ? "yes" : "no";
  return [
    ["repo", model.repo],
    ["revision", model.revision],
    ["refs", model.refs.length === 0 ? null : model.refs.join(", ")],
    ["profile", model.profile],
    ["place", `${model.location}: ${model.path}`],
    ["status", model.statusReason === null ? model.status : `${model.status} (${model.statusReason})`],
    ["image", model.image],
    ["format", known?.format ?? null],
    ["architecture", known?.architecture ?? null],
    ["parameters", known?.parameters == null ? null : parameterCount(known.parameters)],
    ["quantisation", quantisationOf(model)],
    ["context", known?.contextTokens == null ? null : `${known.contextTokens} tokens`],
    ["chat template", yesNo(known?.hasChatTemplate)],
    ["licence", known?.licence ?? null],
    ["size", byteSize(model.sizeBytes)],
    ["memory", model.estimatedMemoryMiB === null ? null : `about ${memorySize(model.estimatedMemoryMiB)}`],
  ];
}
