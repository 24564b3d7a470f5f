import { typescriptString } from "../quote.ts";
import type { Primitive, Shape } from "../shape.ts";

/** A shape as TypeScript writes it. */
export function typescriptType(shape: Shape): string {
  switch (shape.kind) {
    case "any":
      return "unknown";
    case "integer":
      return "number";
    case "null":
    case "string":
    case "number":
    case "boolean":
      return shape.kind;
    case "enum":
      return shape.values.map(typescriptValue).join(" | ");
    case "array":
      return `Array<${typescriptType(shape.of)}>`;
    case "map":
      return `Record<string, ${typescriptType(shape.of)}>`;
    case "object":
      return shape.name;
    case "union":
      return [...new Set(shape.of.map(typescriptType))].join(" | ");
  }
}

/** The expression that reads such a value, of the functions at the model's end. */
export function typescriptReader(shape: Shape): string {
  switch (shape.kind) {
    case "any":
      return "anything";
    case "null":
      return "oneOf(null)";
    case "string":
      return "text";
    case "integer":
      return "integer";
    case "number":
      return "number";
    case "boolean":
      return "flag";
    case "enum":
      return `oneOf(${shape.values.map(typescriptValue).join(", ")})`;
    case "array":
      return `list(${typescriptReader(shape.of)})`;
    case "map":
      return `record(${typescriptReader(shape.of)})`;
    case "object":
      return `read${shape.name}`;
    case "union":
      return `either(${shape.of.map(typescriptReader).join(", ")})`;
  }
}

/** A value of JSON in a program; `__proto__` is a key like others there. */
export function typescriptValue(value: unknown): string {
  if (typeof value === "string") return typescriptString(value);
  if (Array.isArray(value)) return `[${value.map(typescriptValue).join(", ")}]`;
  if (typeof value !== "object" || value === null) return String(value satisfies unknown as Primitive);
  const entries = Object.entries(value).map(
    ([key, inner]) => `[${typescriptString(key)}]: ${typescriptValue(inner)}`,
  );
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}
