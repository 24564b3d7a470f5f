import { shellWords } from "@berth/std/shell-quote";
import type { DataType, HandlerType, Language } from "./choices.ts";
import { DescriptionError } from "./description-error.ts";
import { generatedMark } from "./generated-mark.ts";
import type { InputType } from "./choices.ts";
import { pythonHandler } from "./python/python-handler.ts";
import { pythonModel } from "./python/python-model.ts";
import { commentText } from "./quote.ts";
import { readDescription } from "./read-description.ts";
import { readme } from "./readme.ts";
import { sampleInput } from "./sample-input.ts";
import { typescriptHandler } from "./typescript/typescript-handler.ts";
import { typescriptModel } from "./typescript/typescript-model.ts";

export interface SkeletonOptions {
  /** The description. */
  readonly text: string;
  /** What its file is called; `undefined`: it came by itself, and gets a name. */
  readonly fileName: string | undefined;
  readonly inputType: InputType;
  /** What the main object is called: which one it is, where there are several. */
  readonly name: string;
  readonly language: Language;
  readonly handlerType: HandlerType;
  readonly dataType: DataType;
  /** What a service of it may be called. */
  readonly serviceName: string;
}

export interface SkeletonFile {
  readonly name: string;
  readonly text: string;
}

export interface Skeleton {
  /** Made anew each time; its first line holds `generatedMark`. */
  readonly model: SkeletonFile;
  readonly handler: SkeletonFile;
  readonly readme: SkeletonFile;
  readonly description: SkeletonFile;
}

const suffixes = {
  openapi: "yaml",
  jsonschema: "json",
  json: "json",
  yaml: "yaml",
  dict: "py",
  csv: "csv",
  graphql: "graphql",
};

/** All that a skeleton is. Throws DescriptionError with what is wrong with the description. */
export function writeSkeleton(options: SkeletonOptions): Skeleton {
  const { language, handlerType, dataType, text } = options;
  const { model, inputType } = readDescription(options);
  const descriptionName = options.fileName ?? `api.${suffixes[inputType]}`;
  const isPython = language === "python";
  const modelName = isPython ? "model.py" : "model.ts";
  const handlerName = isPython ? "handler.py" : "handler.ts";
  if ([modelName, handlerName, "README.md"].includes(descriptionName))
    throw new DescriptionError(
      "the skeleton has a file of this name itself: call the description something else",
    );
  const again = commentText(commandAgain(options, descriptionName));
  const header = [
    `${generatedMark}, from ${commentText(descriptionName)}: do not edit it. To make it anew, here:`,
    `    ${again}`,
  ];
  return {
    model: {
      name: modelName,
      text: isPython ? pythonModel(model, header, dataType) : typescriptModel(model, header),
    },
    handler: {
      name: handlerName,
      text: isPython
        ? pythonHandler(model.main.name, handlerType)
        : typescriptHandler(model.main.name, handlerType),
    },
    readme: {
      name: "README.md",
      text: readme({
        modelName,
        handlerName,
        again,
        descriptionName: commentText(descriptionName),
        sample: sampleInput(model),
        serviceName: options.serviceName,
      }),
    },
    description: { name: descriptionName, text },
  };
}

function commandAgain({ inputType, name, language, dataType }: SkeletonOptions, file: string): string {
  return shellWords([
    "berth",
    "worker",
    "new",
    "--input",
    file,
    ...(inputType === "auto" ? [] : ["--input-type", inputType]),
    ...(name === "RequestInput" ? [] : ["--name", name]),
    "--language",
    language,
    ...(dataType === "pydantic" ? [] : ["--data-type", dataType]),
    "--model-only",
  ]);
}
