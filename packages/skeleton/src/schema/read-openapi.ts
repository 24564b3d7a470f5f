import { DescriptionError } from "../description-error.ts";
import { isObject, own, type Json } from "../json.ts";
import { readMain } from "./read-main.ts";
import type { Model } from "../shape.ts";

/** The model of one of the schemas of an OpenAPI document. Throws DescriptionError that names those there are. */
export function readOpenApi(document: Json, name: string): Model {
  const at = placeOf(document);
  const found = isObject(at.schemas) ? own(at.schemas, name) : undefined;
  if (found === undefined) throw new DescriptionError(`${at.path} has no ${name}${others(at.schemas)}`);
  return readMain(document, { $ref: `#/${at.path.replaceAll(".", "/")}/${escapeStep(name)}` }, name);
}

/** Of OpenAPI 3, or of Swagger 2. */
function placeOf(document: Json): { readonly path: string; readonly schemas: Json | undefined } {
  const components = isObject(document) ? own(document, "components") : undefined;
  const definitions = isObject(document) ? own(document, "definitions") : undefined;
  if (definitions !== undefined) return { path: "definitions", schemas: definitions };
  return {
    path: "components.schemas",
    schemas: isObject(components) ? own(components, "schemas") : undefined,
  };
}

function others(schemas: Json | undefined): string {
  const names = isObject(schemas) ? Object.keys(schemas) : [];
  return names.length === 0
    ? ", and no schema at all: describe the input there, as an object"
    : `; there are: ${names.slice(0, 20).join(", ")}. Name one of them with --name`;
}

function escapeStep(step: string): string {
  return encodeURIComponent(step.replaceAll("~", "~0").replaceAll("/", "~1"));
}
