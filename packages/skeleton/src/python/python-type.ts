import { pythonString } from "../quote.ts";
import { takesNull, withoutNull, type Primitive, type Shape } from "../shape.ts";

/** A shape as Python 3.9 annotates it. */
export function pythonType(shape: Shape): string {
  switch (shape.kind) {
    case "any":
      return "Any";
    case "null":
      return "None";
    case "string":
      return "str";
    case "integer":
      return "int";
    case "number":
      return "float";
    case "boolean":
      return "bool";
    case "enum":
      return enumType(shape.values);
    case "array":
      return `List[${pythonType(shape.of)}]`;
    case "map":
      return `Dict[str, ${pythonType(shape.of)}]`;
    case "object":
      return shape.name;
    case "union": {
      const rest = withoutNull(shape);
      if (takesNull(shape) && rest.kind !== "union") return optional(pythonType(rest));
      const types = [...new Set(shape.of.filter(({ kind }) => kind !== "null").map(pythonType))];
      const union = types.length === 1 ? types.join("") : `Union[${types.join(", ")}]`;
      return shape.of.some(({ kind }) => kind === "null") ? optional(union) : union;
    }
  }
}

export function optional(type: string): string {
  return type === "Any" || type === "None" || type.startsWith("Optional[") ? type : `Optional[${type}]`;
}

/** Literal knows no fractions. */
function enumType(values: readonly Primitive[]): string {
  if (values.some((value) => typeof value === "number" && !Number.isSafeInteger(value))) {
    const others = values.filter((value) => typeof value !== "number");
    return others.length === 0 ? "float" : `Union[float, Literal[${others.map(pythonValue).join(", ")}]]`;
  }
  return `Literal[${values.map(pythonValue).join(", ")}]`;
}

/** A value of JSON as Python writes it. */
export function pythonValue(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "string") return pythonString(value);
  if (typeof value === "number") return pythonNumber(value);
  if (Array.isArray(value)) return `[${value.map(pythonValue).join(", ")}]`;
  const entries = Object.entries(value as object).map(
    ([key, inner]) => `${pythonString(key)}: ${pythonValue(inner)}`,
  );
  return `{${entries.join(", ")}}`;
}

/** Signs that JSON and Python write alike; a whole number of JavaScript's beyond its safe ones stays whole. */
function pythonNumber(value: number): string {
  return Number.isInteger(value) ? BigInt(value).toString() : JSON.stringify(value);
}
