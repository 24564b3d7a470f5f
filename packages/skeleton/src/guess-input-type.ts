import { DescriptionError } from "./description-error.ts";
import type { KnownInputType } from "./choices.ts";
import { isObject, own, type Json } from "./json.ts";
import { readPython } from "./read-python.ts";
import { readJson, readYaml } from "./read-yaml.ts";

const schemaWords = ["$schema", "$ref", "$defs", "allOf", "anyOf", "oneOf"];
const graphqlWords = /^\s*(?:extend\s+)?(?:input|type|interface|enum|scalar|schema)\b[^:]*\{/m;

/** What a description is written in, by its file's name or else by what it can be read as. Throws DescriptionError. */
export function guessInputType(text: string, fileName: string | undefined): KnownInputType {
  const suffix = /\.(\w+)$/.exec(fileName ?? "")?.[1]?.toLowerCase() ?? "";
  switch (suffix) {
    case "csv":
      return "csv";
    case "graphql":
    case "graphqls":
    case "gql":
      return "graphql";
    case "py":
      return "dict";
    case "json":
      return kindOfValue(readJson(text)) ?? "json";
    case "yaml":
    case "yml":
      return kindOfValue(readYaml(text)) ?? "yaml";
    default:
      return guessByText(text);
  }
}

function guessByText(text: string): KnownInputType {
  const json = tried(readJson, text);
  if (json !== undefined) return kindOfValue(json) ?? "json";
  if (isObject(tried(readPython, text))) return "dict";
  if (graphqlWords.test(text)) return "graphql";
  const yaml = tried(readYaml, text);
  if (isObject(yaml)) return kindOfValue(yaml) ?? "yaml";
  throw new DescriptionError("it cannot be told what it is written in; say it with --input-type");
}

function tried(read: (text: string) => Json, text: string): Json | undefined {
  try {
    return read(text);
  } catch {
    return undefined;
  }
}

/** `undefined`: it is a sample. */
function kindOfValue(value: Json): "openapi" | "jsonschema" | undefined {
  if (!isObject(value)) return undefined;
  const components = own(value, "components");
  if (["openapi", "swagger"].some((key) => typeof own(value, key) === "string")) return "openapi";
  // a part of one will do
  if (isObject(components) && isObject(own(components, "schemas"))) return "openapi";
  const isSchema =
    (own(value, "type") === "object" && isObject(own(value, "properties"))) ||
    schemaWords.some((key) => Object.hasOwn(value, key));
  return isSchema ? "jsonschema" : undefined;
}
