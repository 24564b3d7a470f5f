import type { EndpointConfiguration } from "@berth/api";

/** One field that differs; `undefined` where one side has it not. */
export interface ConfigurationChange {
  /** As the server names it: `template.options.parallel`. */
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** What another configuration changes, field by field, in the order of their names. */
export function configurationChanges(
  before: EndpointConfiguration,
  after: EndpointConfiguration,
): ConfigurationChange[] {
  const old = new Map(fieldsOf(before, ""));
  const fresh = new Map(fieldsOf(after, ""));
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .toSorted()
    .filter((path) => old.get(path) !== fresh.get(path))
    .map((path) => ({ path, before: old.get(path), after: fresh.get(path) }));
}

/** Lists are one value: their order counts. */
function fieldsOf(value: unknown, path: string): [string, string][] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.length === 0 ? [] : [[path, value.map(itemText).join(", ")]];
  if (typeof value === "object")
    return Object.entries(value).flatMap(([name, inner]) =>
      fieldsOf(inner, path === "" ? name : `${path}.${name}`),
    );
  return [[path, typeof value === "string" ? value : JSON.stringify(value)]];
}

function itemText(item: unknown): string {
  if (typeof item !== "object" || item === null) return String(item);
  return Object.values(item).map(String).join(" ");
}
