import { Option, type Command } from "commander";
import {
  dataTypes,
  handlerTypes,
  inputTypes,
  languages,
  type DataType,
  type HandlerType,
  type InputType,
  type Language,
} from "@berth/skeleton/choices";
import type { Cli } from "../../cli.ts";
import { CliError } from "../../exit.ts";
import { addExamples } from "../../help.ts";
import { newHandler } from "../../skeleton/new-handler.ts";

interface Options {
  readonly input?: string;
  readonly inputType: InputType;
  readonly name: string;
  readonly language: Language;
  readonly handlerType: HandlerType;
  readonly dataType?: DataType;
  readonly modelOnly?: boolean;
}

export function define(command: Command, cli: Cli): void {
  command
    .argument("[dir]", "where the files go; it is made", ".")
    .option("-i, --input <file>", "the description; - is standard input (api.yaml, api.yml or api.json)")
    .addOption(
      new Option(
        "--input-type <type>",
        "what it is written in; samples are json, yaml, dict (Python's) and csv",
      )
        .choices(inputTypes)
        .default("auto"),
    )
    .option("--name <name>", "which schema or type the input is, and what it is called", "RequestInput")
    .addOption(
      new Option("--language <language>", "what the handler is written in")
        .choices(languages)
        .default("python"),
    )
    .addOption(
      new Option("--handler-type <type>", "what kind of function it is")
        .choices(handlerTypes)
        .default("sync"),
    )
    .addOption(
      new Option("--data-type <type>", "of Python: what the model is made of (pydantic)").choices(dataTypes),
    )
    .option("--model-only", "write the model alone, when the description has changed")
    .action(async (dir: string, { input, dataType, modelOnly, ...wanted }: Options) => {
      if (dataType !== undefined && wanted.language !== "python")
        throw new CliError("usage", "--data-type is of Python: leave it out, or give --language python");
      await newHandler(cli, dir, input, { ...wanted, dataType: dataType ?? "pydantic" }, modelOnly === true);
    });
  addExamples(command, {
    "berth worker new shout": "from api.yaml here; in Python, with pydantic",
    "berth worker new shout -i input.json --language typescript": "from a JSON Schema, in TypeScript",
    "berth worker new shout --input shout/api.yaml --model-only": "the model anew",
  });
}
