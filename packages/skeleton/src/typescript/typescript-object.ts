import { commentLines, typescriptString } from "../quote.ts";
import type { Field, ObjectShape } from "../shape.ts";
import { typescriptReader, typescriptType, typescriptValue } from "./typescript-type.ts";

/** One object: its interface, and the function that reads it. */
export function typescriptObject({ name, description, fields }: ObjectShape): string {
  const members = fields.map((field) => `${comment(field.description, "  ")}  ${memberOf(field)}\n`).join("");
  const reads = fields.map((field) => `    ${entryOf(field)},\n`).join("");
  return `${comment(description, "")}export interface ${name} {
${members}}

export function read${name}(value: unknown, at = "input"): ${name} {
  const given = object(value, at);
  return {
${reads}  };
}
`;
}

function memberOf({ name, shape, isRequired, fallback }: Field): string {
  const mark = isRequired || fallback !== undefined ? "" : "?";
  return `${/^[A-Za-z_]\w*$/.test(name) ? name : typescriptString(name)}${mark}: ${typescriptType(shape)};`;
}

/** A key in brackets is one like others, also `__proto__`. */
function entryOf({ name, shape, isRequired, fallback }: Field): string {
  const key = typescriptString(name);
  const reader = typescriptReader(shape);
  if (isRequired) return `[${key}]: needed(given, ${key}, at, ${reader})`;
  if (fallback === undefined) return `...optional(given, ${key}, at, ${reader})`;
  return `[${key}]: orElse(given, ${key}, at, ${reader}, ${typescriptValue(fallback)})`;
}

function comment(text: string | undefined, indent: string): string {
  if (text === undefined) return "";
  const lines = commentLines(text);
  if (lines.length === 1) return `${indent}/** ${lines.join("")} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd()).join("\n")}\n${indent} */\n`;
}
