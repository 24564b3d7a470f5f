import { DescriptionError } from "../description-error.ts";
import { isObject, own, ownText, type Json, type JsonObject } from "../json.ts";
import { orNull, type Field, type Shape } from "../shape.ts";

/** The fields of a schema of an object; `read` reads what one of them may be. */
export function readFields(
  schema: JsonObject,
  at: string,
  read: (field: Json, path: string) => Shape,
): Field[] {
  const properties = own(schema, "properties");
  if (!isObject(properties)) return [];
  const named = own(schema, "required") ?? [];
  // a draft of 2010 says it in the field itself, as true
  const required = Array.isArray(named) ? (named as readonly Json[]) : [];
  const stray = required.find((name) => typeof name !== "string");
  if (stray !== undefined) throw new DescriptionError(`${at}: required is a list of names`);
  return Object.entries(properties).map(([name, field]) =>
    readField(name, field, required.includes(name), read(field, name)),
  );
}

function readField(name: string, field: Json, isNamed: boolean, shape: Shape): Field {
  const said = isObject(field) ? field : {};
  const fallback = own(said, "default");
  const examples = own(said, "examples");
  const example = own(said, "example") ?? (Array.isArray(examples) ? (examples[0] as Json) : undefined);
  return {
    name,
    shape: fallback === null ? orNull(shape) : shape,
    description: ownText(said, "description"),
    // what has a default need not be there, whatever else is said
    isRequired: isNamed && fallback === undefined,
    fallback,
    example,
  };
}
