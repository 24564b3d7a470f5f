import { BerthError } from "@berth/api";
import { nearest } from "@berth/std/nearest";
import { readLiteral } from "./read-literal.ts";

/**
 * Which of the names h2oGPT's `visible_models` shows: a name, an index, or a list of them, as JSON or a Python literal;
 * an index counts on from the start when it is beyond the end, and from the end when it is negative. `None` and nothing
 * show all. In the order of `names`. Throws BerthError `invalid_request` for a name that is none of them.
 */
export function visibleModels(text: string, names: readonly string[]): string[] {
  const trimmed = text.trim();
  if (trimmed === "" || trimmed === "None" || names.length === 0) return [...names];
  const isLiteral = !names.includes(trimmed) && /^[[('"]|^-?\d+$/.test(trimmed);
  const read = isLiteral ? readLiteral(trimmed, "visible_models") : trimmed;
  const shown = (Array.isArray(read) ? read : [read]).map((one: unknown) => nameOf(one, names));
  return names.filter((name) => shown.includes(name));
}

function nameOf(one: unknown, names: readonly string[]): string {
  if (typeof one === "number" && Number.isInteger(one)) return names.at(one % names.length) ?? "";
  if (typeof one === "string" && names.includes(one)) return one;
  const near = typeof one === "string" ? nearest(one, names) : [];
  const meant = near.length > 0 ? `did you mean ${near.join(" or ")}?` : `there are ${names.join(", ")}`;
  throw new BerthError("invalid_request", `visible_models: ${JSON.stringify(one)} is no model: ${meant}`, {
    param: "visible_models",
  });
}
