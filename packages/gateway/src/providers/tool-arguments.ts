import { BerthError } from "@berth/api";

/** The arguments of a call, which OpenAI's form writes as text. Throws BerthError naming `param` when they are no object. */
export function toolArguments(text: string, param: string): Readonly<Record<string, unknown>> {
  // a call without arguments
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return value as Readonly<Record<string, unknown>>;
  } catch {
    // told below, as what is JSON and no object is
  }
  throw new BerthError("invalid_request", `${param}: give a JSON object as text`, { param });
}
