import { DescriptionError } from "../description-error.ts";
import { isObject, own, type Json, type JsonObject } from "../json.ts";
import { ObjectList } from "../object-list.ts";
import { checkFallbacks } from "../check-fallbacks.ts";
import { withoutNull, type Model } from "../shape.ts";
import { SchemaReader } from "./schema-reader.ts";

/** The model whose main object is this schema of the document. Throws DescriptionError where it is no object. */
export function readMain(document: Json, schema: JsonObject, name: string): Model {
  const objects = new ObjectList();
  const shape = withoutNull(new SchemaReader(document, objects).read(schema, name, name));
  const main = shape.kind === "object" ? objects.get(shape.name) : undefined;
  if (main === undefined)
    throw new DescriptionError(`${name} is no object with properties; a handler's input is described as one`);
  return checkFallbacks({ main, objects: objects.all() });
}

/** The same where the document is the schema. */
export function readJsonSchema(document: Json, name: string): Model {
  if (!isObject(document)) throw new DescriptionError("a JSON Schema is an object with type and properties");
  const wrong = own(document, "openapi") ?? own(document, "swagger");
  if (wrong !== undefined)
    throw new DescriptionError("this is OpenAPI, not a JSON Schema: --input-type openapi");
  return readMain(document, { $ref: "#" }, name);
}
