import { parse, YAMLParseError } from "yaml";
import { DescriptionError } from "./description-error.ts";
import type { Json } from "./json.ts";

/** JSON is YAML, too. Throws DescriptionError that says where it is neither. */
export function readYaml(text: string): Json {
  try {
    const value: unknown = parse(text, { logLevel: "error" });
    // dates and the like as JSON has them, an alias as what it stands for
    return (value === undefined ? null : JSON.parse(JSON.stringify(value))) as Json;
  } catch (cause) {
    const { message } = cause as Error;
    const [first] = message.split("\n");
    const where = cause instanceof YAMLParseError ? first?.replace(/:$/, "") : message;
    throw new DescriptionError(`this is no YAML: ${where}`, { cause });
  }
}

export function readJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new DescriptionError(`this is no JSON: ${(cause as Error).message}`, { cause });
  }
}
