import { fits } from "./fits.ts";
import { isObject, type Json } from "./json.ts";
import type { Field, Model, ObjectShape, Shape } from "./shape.ts";

const maxDepth = 4;

/** An input as the model describes it: what must be there, and what has an example. */
export function sampleInput({ main, objects }: Model): Json {
  return sampleObject(main, objects, 0);
}

function sampleObject(object: ObjectShape, objects: readonly ObjectShape[], depth: number): Json {
  const shown = object.fields.filter(
    ({ isRequired, example }) => isRequired || (example !== undefined && example !== null),
  );
  return Object.fromEntries(shown.map((field) => [field.name, sampleField(field, objects, depth)]));
}

function sampleField({ name, shape, example }: Field, objects: readonly ObjectShape[], depth: number): Json {
  if (example !== undefined && !isObject(example) && fits(shape, example, objects)) return example;
  return sampleOf(shape, name, objects, depth + 1);
}

function sampleOf(shape: Shape, name: string, objects: readonly ObjectShape[], depth: number): Json {
  switch (shape.kind) {
    case "any":
    case "null":
      return null;
    case "string":
      return name;
    case "integer":
    case "number":
      return 1;
    case "boolean":
      return true;
    case "enum":
      return shape.values[0] ?? null;
    // of its own kind again: an empty list ends it
    case "array":
      return depth > maxDepth ? [] : [sampleOf(shape.of, name, objects, depth + 1)];
    case "map":
      return {};
    case "union":
      return depth > maxDepth && shape.of.some(({ kind }) => kind === "null")
        ? null
        : sampleOf(shape.of[0] ?? { kind: "null" }, name, objects, depth);
    case "object": {
      const found = objects.find((one) => one.name === shape.name);
      return found === undefined || depth > maxDepth * 4 ? null : sampleObject(found, objects, depth + 1);
    }
  }
}
