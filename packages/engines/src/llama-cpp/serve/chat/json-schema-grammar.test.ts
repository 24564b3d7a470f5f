import { isBerthError } from "@berth/api";
import { describe, expect, test } from "vitest";
import { GrammarDraft } from "./gbnf.ts";
import { schemaRule } from "./json-schema-grammar.ts";

const param = "response_format.json_schema.schema";

function grammarOf(schema: unknown, lenient = false): string {
  const draft = new GrammarDraft();
  return draft.toText(schemaRule(draft, schema, { param, lenient }));
}

describe("a keyword that no grammar can hold is refused by name and place", () => {
  test.each([
    ["pattern", { type: "string", pattern: "^a" }, `${param}.pattern`],
    [
      "minimum",
      { type: "object", properties: { age: { type: "integer", minimum: 0 } } },
      `${param}.properties.age.minimum`,
    ],
    ["not", { not: { type: "string" } }, `${param}.not`],
    ["if", { if: {}, else: {} }, `${param}.if`],
    [
      "uniqueItems",
      { type: "array", items: { type: "string", uniqueItems: true } },
      `${param}.items.uniqueItems`,
    ],
    ["allOf of several schemas", { allOf: [{}, {}] }, `${param}.allOf`],
    ["a misspelt one", { type: "object", propertys: {} }, `${param}.propertys`],
    [
      "one below a reference",
      { $ref: "#/$defs/a", $defs: { a: { type: "string", pattern: "b" } } },
      `${param}.$defs.a.pattern`,
    ],
  ])("%s", (_, schema, place) => {
    try {
      grammarOf(schema);
      expect.unreachable("the schema was taken");
    } catch (error) {
      if (!isBerthError(error)) throw error;
      expect([error.code, error.param]).toEqual(["unsupported", place]);
    }
  });

  test("but for the arguments of a tool, where the rest still holds", () => {
    expect(
      grammarOf({ type: "object", properties: { a: { type: "string", pattern: "b" } } }, true),
    ).toContain('\\"a\\"');
  });
});

describe("a schema that says nothing sensible is refused", () => {
  test.each([
    ["no schema at all", 3, param],
    ["a type that there is not", { type: "text" }, `${param}.type`],
    ["a required property that is not declared", { type: "object", required: ["a"] }, `${param}.required`],
    ["a reference to nowhere", { $ref: "#/$defs/a" }, `${param}.$ref`],
    ["a choice of nothing", { enum: [] }, `${param}.enum`],
    ["endless text", { type: "string", maxLength: 1e6 }, `${param}.maxLength`],
  ])("%s", (_, schema, place) => {
    try {
      grammarOf(schema);
      expect.unreachable("the schema was taken");
    } catch (error) {
      if (!isBerthError(error)) throw error;
      expect([error.code, error.param]).toEqual(["invalid_request", place]);
    }
  });
});

test.each([
  ["what only describes", { type: "string", title: "t", description: "d", default: "x", examples: ["y"] }],
  [
    "what libraries write for a safe integer",
    { type: "integer", minimum: -9007199254740991, maximum: 9007199254740991 },
  ],
  ["an unknown format, as the standard says", { type: "string", format: "email" }],
])("%s changes nothing", (_, schema) => {
  expect(grammarOf(schema)).toBe(grammarOf({ type: schema.type }));
});
