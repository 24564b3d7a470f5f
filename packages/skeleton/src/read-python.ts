import { parsePythonLiteral, PythonSyntaxError, type PythonValue } from "@berth/std/python-literal";
import { DescriptionError } from "./description-error.ts";
import type { Json } from "./json.ts";

/** A literal of Python, such as a dict, as JSON would have it. It runs nothing. */
export function readPython(text: string): Json {
  try {
    return plain(parsePythonLiteral(text));
  } catch (cause) {
    if (!(cause instanceof PythonSyntaxError)) throw cause;
    throw new DescriptionError(`this is no literal of Python: ${cause.message}`, { cause });
  }
}

function plain(value: PythonValue): Json {
  if (typeof value === "bigint") return Number(value);
  if (value instanceof Uint8Array) throw new DescriptionError("bytes are nothing that JSON has; give a text");
  if (Array.isArray(value)) return (value as readonly PythonValue[]).map(plain);
  if (typeof value === "number" && !Number.isFinite(value))
    throw new DescriptionError("inf and nan are nothing that JSON has; give a number");
  if (typeof value !== "object" || value === null) return value as Json;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner as PythonValue)]));
}
