import { isObject, own, type Json, type JsonObject } from "../json.ts";

/** What `allOf` says of objects, as one schema: all properties, and all that are required. Later words win. */
export function mergeSchemas(schemas: readonly JsonObject[]): JsonObject {
  const properties = new Map<string, Json>();
  const required = new Set<Json>();
  const rest = new Map<string, Json>();
  for (const schema of schemas) {
    const inner = own(schema, "properties");
    if (isObject(inner)) for (const [name, value] of Object.entries(inner)) properties.set(name, value);
    const needed = own(schema, "required");
    if (Array.isArray(needed)) for (const name of needed as readonly Json[]) required.add(name);
    for (const [key, value] of Object.entries(schema))
      if (key !== "properties" && key !== "required") rest.set(key, value);
  }
  return Object.fromEntries([
    ...rest,
    ...(properties.size === 0 ? [] : [["properties", Object.fromEntries(properties)] as const]),
    ["required", [...required]],
  ]);
}
