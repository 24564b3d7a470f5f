import { BerthError } from "@berth/api";
import { readLiteral } from "./read-literal.ts";

/**
 * The keys of h2oGPT's `h2ogpt_api_keys.json`, a flat list of texts, each once and in its order: the first is the one
 * that h2oGPT's own parts use among themselves. Throws BerthError `invalid_request`, which shows no key.
 */
export function parseH2ogptKeys(text: string): string[] {
  const read = readLiteral(text, "h2ogpt_api_keys");
  if (!Array.isArray(read)) throw wrong("h2ogpt_api_keys", 'is no list: write ["KEY", "KEY"]');
  const keys = read.map((key: unknown, index) => {
    if (typeof key === "string" && key !== "" && key === key.trim()) return key;
    throw wrong(`h2ogpt_api_keys[${index}]`, "is no text, is empty, or has spaces around it");
  });
  return [...new Set(keys)];
}

function wrong(param: string, fault: string): BerthError {
  return new BerthError("invalid_request", `${param} ${fault}`, { param });
}
