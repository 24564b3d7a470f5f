import { checkFallbacks } from "./check-fallbacks.ts";
import { DescriptionError } from "./description-error.ts";
import { isObject, type Json, type JsonObject } from "./json.ts";
import { ObjectList } from "./object-list.ts";
import { orNull, unionOf, type Field, type Model, type Shape } from "./shape.ts";

const maxDepth = 64;

/** The model of inputs like these: what all of them have is required. Throws DescriptionError where one is no object. */
export function readSamples(samples: readonly Json[], name: string): Model {
  const records = samples.filter((sample) => isObject(sample));
  if (records.length === 0 || records.length < samples.length)
    throw new DescriptionError(
      `a handler's input is an object, such as {"prompt": "a shark"}, but this is ${kindOf(samples.find((one) => !isObject(one)))}`,
    );
  const objects = new ObjectList();
  const shape = readObjects(records, name, objects, 0);
  const main = shape.kind === "object" ? objects.get(shape.name) : undefined;
  if (main === undefined) throw new DescriptionError("an object without fields describes no input");
  return checkFallbacks({ main, objects: objects.all() });
}

function kindOf(value: Json | undefined): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  return Array.isArray(value) ? "a list" : `a ${typeof value}`;
}

function readObjects(
  samples: readonly JsonObject[],
  wanted: string,
  objects: ObjectList,
  depth: number,
): Shape {
  if (depth === maxDepth) throw new DescriptionError(`it goes deeper than ${maxDepth} objects`);
  const names = [...new Set(samples.flatMap((sample) => Object.keys(sample)))];
  if (names.length === 0) return { kind: "map", of: { kind: "any" } };
  const name = objects.reserve(wanted);
  const fields = names.map((field): Field => {
    const values = samples.flatMap((sample) => (Object.hasOwn(sample, field) ? [sample[field] as Json] : []));
    return {
      name: field,
      shape: readValues(values, `${name} ${field}`, objects, depth + 1),
      description: undefined,
      isRequired: values.length === samples.length,
      fallback: undefined,
      example: values.find((value) => value !== null) ?? null,
    };
  });
  objects.add(name, undefined, fields);
  return { kind: "object", name };
}

/** What all of these values may be. */
function readValues(values: readonly Json[], wanted: string, objects: ObjectList, depth: number): Shape {
  const present = values.filter((value) => value !== null);
  // null alone tells nothing of what else it may be
  if (present.length === 0) return { kind: "any" };
  const records = present.filter((value) => isObject(value));
  const lists = present.filter((value) => Array.isArray(value)) as (readonly Json[])[];
  const plain = present.filter((value) => typeof value !== "object").map(plainShape);
  const hasFloat = plain.some(({ kind }) => kind === "number");
  const shape = unionOf([
    ...plain.map((one): Shape => (hasFloat && one.kind === "integer" ? { kind: "number" } : one)),
    ...(records.length === 0 ? [] : [readObjects(records, wanted, objects, depth)]),
    ...(lists.length === 0 ? [] : [readLists(lists, wanted, objects, depth)]),
  ]);
  return present.length === values.length ? shape : orNull(shape);
}

function readLists(
  lists: readonly (readonly Json[])[],
  wanted: string,
  objects: ObjectList,
  depth: number,
): Shape {
  if (depth === maxDepth) throw new DescriptionError(`it goes deeper than ${maxDepth} lists`);
  return { kind: "array", of: readValues(lists.flat(), `${wanted} item`, objects, depth + 1) };
}

function plainShape(value: Json): Shape {
  if (typeof value === "string") return { kind: "string" };
  if (typeof value === "boolean") return { kind: "boolean" };
  return { kind: Number.isInteger(value) ? "integer" : "number" };
}
