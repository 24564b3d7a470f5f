import fc from "fast-check";

interface Operation {
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> };
}

export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

/** One call that a stranger might make: nearly right, or not at all. */
export interface FuzzCall {
  readonly method: string;
  readonly path: string;
  readonly body: string | undefined;
}

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom("", " ", "../..", "%00", "a/b", "'; --", "\u202e", "9".repeat(60)),
);
const anyJson = fc.jsonValue({ maxDepth: 3 });

/** Calls of one operation: path and query of any text, a body that mostly follows its schema and sometimes nothing at all. */
export function callsOf(document: ApiDocument, path: string, method: string): fc.Arbitrary<FuzzCall> {
  const operation = document.paths[path]?.[method] ?? {};
  const parameters = operation.parameters ?? [];
  const texts = fc.record(Object.fromEntries(parameters.map((one) => [one.name, anyText])));
  const schema = Object.values(operation.requestBody?.content ?? {})[0]?.schema;
  const body = schema === undefined ? fc.constant(undefined) : bodyOf(document, schema);
  return fc
    .tuple(texts, fc.subarray(parameters.filter((one) => one.in === "query").map((one) => one.name)), body)
    .map(([values, asked, text]) => {
      const filled = path.replaceAll(
        /\{(\w+)\}/g,
        (_, name: string) => encodeURIComponent(wellFormed(values[name])) || "x",
      );
      const query = new URLSearchParams(
        asked.map((name): [string, string] => [name, wellFormed(values[name])]),
      );
      return {
        method: method.toUpperCase(),
        path: query.size === 0 ? filled : `${filled}?${query.toString()}`,
        body: text,
      };
    });
}

function bodyOf(document: ApiDocument, schema: JsonSchema): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 6, arbitrary: valueOf(document, schema, 4).map((value) => JSON.stringify(value) ?? "null") },
    { weight: 2, arbitrary: anyJson.map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: anyText },
  );
}

/** Mostly what the schema says; now and then something else in its place. */
function valueOf(document: ApiDocument, schema: JsonSchema, depth: number): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 9, arbitrary: fittingValue(document, schema, depth) },
    { weight: 1, arbitrary: anyJson },
  );
}

function fittingValue(document: ApiDocument, schema: JsonSchema, depth: number): fc.Arbitrary<unknown> {
  if (depth === 0) return anyJson;
  if (schema.$ref !== undefined) {
    const target = document.components.schemas[schema.$ref.split("/").at(-1) ?? ""];
    return target === undefined ? anyJson : fittingValue(document, target, depth);
  }
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined)
    return fc.oneof(...choices.map((choice) => fittingValue(document, choice, depth - 1)));
  switch (Array.isArray(schema.type) ? (schema.type as string[])[0] : (schema.type as string | undefined)) {
    case "object":
      return fc.record(
        Object.fromEntries(
          Object.entries(schema.properties ?? {}).map(([name, property]) => [
            name,
            valueOf(document, property, depth - 1),
          ]),
        ),
        { requiredKeys: [...(schema.required ?? [])] },
      );
    case "array":
      return fc.array(valueOf(document, schema.items ?? {}, depth - 1), { maxLength: 3 });
    case "string":
      return anyText;
    case "integer":
      return fc.oneof(fc.integer({ min: -2, max: 40 }), fc.maxSafeInteger());
    case "number":
      return fc.double({ noNaN: true });
    case "boolean":
      return fc.boolean();
    case undefined:
      return anyJson;
    case "null":
      return fc.constant(null);
    default:
      return anyJson;
  }
}

/** Lone surrogates cannot be sent in a URL. */
function wellFormed(text: unknown): string {
  return String(text).toWellFormed();
}
