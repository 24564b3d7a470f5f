import { seedDescription } from "@berth/testing/seed-description";
import { describe, expect, test } from "vitest";
import type { InputType } from "./choices.ts";
import { readDescription } from "./read-description.ts";
import { schemaWith } from "./test/skeleton-of.ts";

function read(text: string, inputType: InputType = "auto", name = "RequestInput", fileName?: string) {
  return readDescription({ text, inputType, name, fileName });
}

/** The main object's fields as `name: kind`, with a question mark where they may be absent. */
function fieldsOf(text: string, inputType: InputType = "auto", fileName?: string): string {
  const { model } = read(text, inputType, "RequestInput", fileName);
  return model.main.fields
    .map(({ name, shape, isRequired }) => {
      const kind = shape.kind === "union" ? shape.of.map((one) => one.kind).join("|") : shape.kind;
      return `${name}${isRequired ? "" : "?"}: ${kind}`;
    })
    .join(", ");
}

const graphql = `
"What is asked"
input RequestInput { "Where it is" audio: String!  times: Int = 2  parts: [Part!]  kind: Kind! }
type Part { start: Float! }
enum Kind { LONG SHORT }`;

interface Ref {
  readonly $ref: string;
}

/** A schema of so many levels, each made of the one below. */
function nested(levels: number, of: (below: Ref) => object): string {
  const refTo = (level: number): Ref => ({ $ref: `#/$defs/L${level}` });
  const first = ["L0", { properties: { a: { type: "string" } } }] as const;
  const others = Array.from({ length: levels }, (_, below) => [`L${below + 1}`, of(refTo(below))] as const);
  const $defs = Object.fromEntries<object>([first, ...others]);
  return JSON.stringify({ properties: { p: refTo(levels) }, $defs });
}

function doubled(below: Ref): object {
  return {
    anyOf: [
      { type: "array", items: below },
      { type: "object", additionalProperties: below },
    ],
  };
}

function twice(below: Ref): object {
  return { allOf: [below, below] };
}

describe("what it is written in is seen, or said", () => {
  test.each<[InputType, string, string | undefined, string]>([
    ["openapi", seedDescription, "api.yaml", "audio: string, model?: string|null"],
    ["openapi", seedDescription, undefined, "audio: string, model?: string|null"],
    [
      "openapi",
      seedDescription.replace(/openapi:.*\n/, ""),
      "api.yaml",
      "audio: string, model?: string|null",
    ],
    ["jsonschema", schemaWith({ n: { type: "integer" } }, ["n"]), undefined, "n: integer"],
    ["jsonschema", "type: object\nproperties:\n  n:\n    type: integer\n", "api.yml", "n?: integer"],
    [
      "json",
      '{"a": 1, "b": null, "c": [1, 2.5], "d": {}}',
      undefined,
      "a: integer, b: any, c: array, d: map",
    ],
    ["json", '[{"a": 1}, {"a": 1.5, "b": "x"}]', undefined, "a: number, b?: string"],
    ["yaml", "a: 1\nb: [x]\n", undefined, "a: integer, b: array"],
    ["dict", "{'a': True, 'b': None, 'c': (1, 2)}", undefined, "a: boolean, b: any, c: array"],
    ["csv", 'name,age\n"O, Neill",7\nAda,\n', "people.csv", "name: string, age: integer|null"],
    ["graphql", graphql, undefined, "audio: string, times?: integer|null, parts?: array|null, kind: enum"],
  ])("as %s", (inputType, text, fileName, fields) => {
    expect(read(text, "auto", "RequestInput", fileName).inputType).toBe(inputType);
    expect(fieldsOf(text, "auto", fileName)).toBe(fields);
    expect(fieldsOf(text, inputType)).toBe(fields);
  });
});

test("objects within are found through references, lists and allOf", () => {
  const { model } = read(
    JSON.stringify({
      openapi: "3.1.0",
      components: {
        schemas: {
          RequestInput: {
            allOf: [
              { $ref: "#/components/schemas/Base" },
              { properties: { parts: { items: { $ref: "#/components/schemas/a~1b" } } } },
            ],
          },
          Base: {
            type: "object",
            required: ["id"],
            properties: { id: { type: "string", description: " whose " } },
          },
          "a/b": { type: "object", properties: { next: { $ref: "#/components/schemas/a~1b" } } },
        },
      },
    }),
  );
  expect(model.main.fields.map(({ name }) => name)).toEqual(["id", "parts"]);
  expect(model.main.fields[0]).toMatchObject({ isRequired: true, description: "whose" });
  expect(model.main.fields[1]?.shape).toEqual({ kind: "array", of: { kind: "object", name: "AB" } });
  expect(model.objects.map(({ name }) => name).toSorted()).toEqual(["AB", "RequestInput"]);
});

test("classes have names of their own, whatever objects are called", () => {
  const inner = { type: "object", properties: { x: {} } };
  const { model } = read(schemaWith({ "a b": inner, a_b: inner, 7: inner, größe: inner }));
  const names = model.objects.map(({ name }) => name);
  expect(new Set(names).size).toBe(5);
  for (const name of names) expect(name).toMatch(/^[A-Z]\w*$/);
});

describe("refused", () => {
  test.each<[string, InputType, string, string]>([
    ["nothing", "auto", " ", "it is empty"],
    ["prose", "auto", "hello there", "say it with --input-type"],
    ["JSON that is none", "json", "{", "this is no JSON"],
    ["YAML that is none", "openapi", "a: [", "this is no YAML"],
    ["GraphQL that is none", "graphql", "input {", "this is no GraphQL: line 1"],
    ["Python that is a call", "dict", "{'a': open('x')}", "this is no literal of Python: line 1"],
    ["a CSV of names alone", "csv", "a,b\n", "at least one of values"],
    ["a CSV with a column twice", "csv", "a,a\n1,2\n", "two columns of the CSV are called a"],
    ["a list of numbers", "json", "[1, 2]", "but this is a number"],
    ["a text", "json", '"x"', "but this is a string"],
    ["an empty object", "json", "{}", "describes no input"],
    ["a sample said to be OpenAPI", "openapi", '{"a": 1}', "and no schema at all"],
    ["OpenAPI said to be a schema", "jsonschema", seedDescription, "--input-type openapi"],
    [
      "OpenAPI without it",
      "auto",
      seedDescription.replace("RequestInput", "Other"),
      "there are: Other. Name one of them with --name",
    ],
    ["GraphQL without it", "graphql", "type A { a: Int } input B { b: Int }", "there are: A, B. Name one"],
    ["GraphQL of what is not there", "graphql", "input RequestInput { a: Nothing }", "no type Nothing"],
    ["a schema of a text", "jsonschema", '{"type": "string"}', "is no object with properties"],
    [
      "a type that is none",
      "auto",
      schemaWith({ a: { type: "text" } }),
      'RequestInput.a: there is no type "text"',
    ],
    [
      "a schema that is a number",
      "auto",
      schemaWith({ a: { items: 7, type: "array" } }),
      "RequestInput.a[]: a schema is",
    ],
    ["a reference to a file", "auto", schemaWith({ a: { $ref: "other.json#/A" } }), "leads out of the file"],
    ["a reference to nothing", "auto", schemaWith({ a: { $ref: "#/$defs/toString" } }), "leads to nothing"],
    ["a reference to itself", "auto", schemaWith({ a: { $ref: "#/properties/a" } }), "leads back to itself"],
    ["allOf of itself", "auto", schemaWith({ a: { allOf: [{ $ref: "#/properties/a" }, {}] } }), "too deep"],
    ["an enum without a value", "auto", schemaWith({ a: { enum: [] } }), "RequestInput.a: its enum is empty"],
    [
      "a default of another type",
      "auto",
      schemaWith({ a: { type: "integer", default: "x" } }),
      'RequestInput.a: its default "x"',
    ],
    [
      "required that is no list of names",
      "auto",
      JSON.stringify({ type: "object", required: [1], properties: { a: {} } }),
      "required is a list",
    ],
    ["what is deeper than anybody reads", "json", `${'{"a":'.repeat(500)}1${"}".repeat(500)}`, "deeper than"],
    [
      "a schema deeper than that",
      "jsonschema",
      `${'{"properties":{"a":'.repeat(100)}{}${"}}".repeat(100)}`,
      "too deep",
    ],
    ["schemas that name each other twice", "jsonschema", nested(16, doubled), "it comes to too much"],
    ["allOf that name each other twice", "jsonschema", nested(60, twice), "it comes to too much"],
    [
      "a long enum that is named often",
      "jsonschema",
      JSON.stringify({
        properties: Object.fromEntries(
          Array.from({ length: 30 }, (_, at) => [`p${at}`, { $ref: "#/$defs/E" }]),
        ),
        $defs: { E: { enum: Array.from({ length: 1000 }, (_, at) => at) } },
      }),
      "it comes to too much",
    ],
    [
      "YAML that grows without end",
      "yaml",
      `a: &a [x, x, x]\nb: &b [*a, *a, *a]\n${"cdefghij".replaceAll(/./g, (name, at: number) => `${name}: &${name} [${`*${"bcdefghi"[at]},`.repeat(9)}]\n`)}`,
      "this is no YAML",
    ],
  ])("%s", (_, inputType, text, words) => {
    expect(() => read(text, inputType)).toThrow(words);
  });
});

test("a union of unions is of what all of them are, also where they lead back to each other", () => {
  const levels = Array.from({ length: 60 }, (_, at) => `union U${at + 1} = U${at} | U${at}`);
  const schema = `type A { u: U0! }\nunion U0 = A | U60\n${levels.join("\n")}\ninput RequestInput { x: U60! }`;
  expect(fieldsOf(schema, "graphql")).toBe("x: object");
});

test("a name is no longer than anybody reads, and each has its own", () => {
  const long = "x".repeat(1000);
  const inner = { type: "object", properties: { a: {} } };
  const { model } = read(schemaWith({ [`${long}1`]: inner, [`${long}2`]: inner }));
  const names = model.objects.map(({ name }) => name);
  expect([new Set(names).size, Math.max(...names.map(({ length }) => length))]).toEqual([3, 129]);
});

test("another object than RequestInput can be the input", () => {
  expect(read(seedDescription.replace("RequestInput", "Speech"), "auto", "Speech").model.main.name).toBe(
    "Speech",
  );
  expect(read('{"a": 1}', "auto", "speech input").model.main.name).toBe("SpeechInput");
});
