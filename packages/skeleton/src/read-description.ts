import { DescriptionError } from "./description-error.ts";
import { guessInputType } from "./guess-input-type.ts";
import type { InputType, KnownInputType } from "./choices.ts";
import type { Json } from "./json.ts";
import { readCsv } from "./read-csv.ts";
import { readGraphql } from "./read-graphql.ts";
import { readPython } from "./read-python.ts";
import { readSamples } from "./read-sample.ts";
import { readJson, readYaml } from "./read-yaml.ts";
import { readJsonSchema } from "./schema/read-main.ts";
import { readOpenApi } from "./schema/read-openapi.ts";
import type { Model } from "./shape.ts";

export interface Description {
  readonly text: string;
  /** Of its file, which may tell what it is. */
  readonly fileName: string | undefined;
  readonly inputType: InputType;
  /** What the main object is called: which it is, where there are several. */
  readonly name: string;
}

/** Throws DescriptionError with what is wrong. */
export function readDescription({ text, fileName, inputType, name }: Description): {
  readonly model: Model;
  readonly inputType: KnownInputType;
} {
  if (text.trim() === "") throw new DescriptionError("it is empty");
  const known = inputType === "auto" ? guessInputType(text, fileName) : inputType;
  return { model: readAs(known, text, name), inputType: known };
}

function readAs(inputType: KnownInputType, text: string, name: string): Model {
  switch (inputType) {
    case "openapi":
      return readOpenApi(readYaml(text), name);
    case "jsonschema":
      return readJsonSchema(readYaml(text), name);
    case "json":
      return readSamples(samplesOf(readJson(text)), name);
    case "yaml":
      return readSamples(samplesOf(readYaml(text)), name);
    case "dict":
      return readSamples(samplesOf(readPython(text)), name);
    case "csv":
      return readSamples(readCsv(text), name);
    case "graphql":
      return readGraphql(text, name);
  }
}

/** A list is of several inputs. */
function samplesOf(value: Json): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [value];
}
