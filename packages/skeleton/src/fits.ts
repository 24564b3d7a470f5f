import { isObject, own, type Json } from "./json.ts";
import type { ObjectShape, Shape } from "./shape.ts";

/** Whether a value may stand where the shape is asked for. */
export function fits(shape: Shape, value: Json, objects: readonly ObjectShape[]): boolean {
  switch (shape.kind) {
    case "any":
      return true;
    case "null":
      return value === null;
    case "string":
    case "number":
    case "boolean":
      return typeof value === shape.kind;
    case "integer":
      return Number.isInteger(value);
    case "enum":
      return shape.values.some((one) => one === value);
    case "union":
      return shape.of.some((one) => fits(one, value, objects));
    case "array":
      return (
        Array.isArray(value) && (value as readonly Json[]).every((item) => fits(shape.of, item, objects))
      );
    case "map":
      return isObject(value) && Object.values(value).every((item) => fits(shape.of, item, objects));
    case "object": {
      const found = objects.find(({ name }) => name === shape.name);
      return (
        isObject(value) &&
        (found?.fields ?? []).every((field) => {
          const held = own(value, field.name);
          return held === undefined ? !field.isRequired : fits(field.shape, held, objects);
        })
      );
    }
  }
}
