import { BerthError } from "@berth/api";
import { parsePythonLiteral, PythonSyntaxError, type PythonValue } from "@berth/std/python-literal";

/** JSON or a Python literal. Throws BerthError `invalid_request` that says where it is neither, and shows none of it. */
export function readLiteral(text: string, param: string): PythonValue {
  try {
    return JSON.parse(text) as PythonValue;
  } catch {
    return readPython(text, param);
  }
}

function readPython(text: string, param: string): PythonValue {
  try {
    return parsePythonLiteral(text);
  } catch (error) {
    if (!(error instanceof PythonSyntaxError)) throw error;
    const { line, column, expected } = error;
    const fault = `line ${line}, column ${column}: expected ${expected}`;
    throw new BerthError("invalid_request", `${param} is neither JSON nor a Python literal: ${fault}`, {
      param,
      details: { line, column },
    });
  }
}
