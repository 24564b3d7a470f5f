import { describe, expect, test } from "vitest";
import { GrammarDraft } from "./gbnf.ts";
import { schemaRule } from "./json-schema-grammar.ts";

const param = "response_format.json_schema.schema";

function grammarOf(schema: unknown): string {
  const draft = new GrammarDraft();
  return draft.toText(schemaRule(draft, schema, { param }));
}

function nested(depth: number, wrap: (inner: unknown) => unknown): unknown {
  let schema: unknown = { type: "null" };
  for (let level = 0; level < depth; level += 1) schema = wrap(schema);
  return schema;
}

function properties(count: number, of: unknown): unknown {
  return {
    type: "object",
    properties: Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, of])),
  };
}

const many = (count: number): string[] => Array.from({ length: count }, (_, index) => `v${index}`);
const inList = (items: unknown): unknown => ({ type: "array", items });
const inChoice = (inner: unknown): unknown => ({ anyOf: [inner] });
const inBrackets = (inner: unknown): unknown => [inner];

describe("a schema that would keep all other callers waiting is refused", () => {
  test.each([
    ["repetitions", properties(200, { type: "string", maxLength: 1000 })],
    ["repetitions of what must be there", properties(200, { type: "string", minLength: 1000 })],
    ["repetitions of items", properties(200, { type: "array", maxItems: 1000 })],
    ["values", { enum: many(2_000) }],
    ["values in many places", properties(100, { enum: many(20) })],
    ["alternatives", { anyOf: many(2_000).map(() => ({ type: "null" })) }],
    ["properties", properties(2_000, {})],
    ["lists in lists", nested(5_000, inList)],
    ["choices in choices", nested(5_000, inChoice)],
    ["a constant of brackets", { const: nested(5_000, inBrackets) }],
    ["letters", { const: "x".repeat(300_000) }],
  ])("for its many %s", (_, schema) => {
    expect(() => grammarOf(schema)).toThrow(expect.objectContaining({ code: "invalid_request" }));
  });
});

test.each([
  ["long texts", properties(40, { type: "string", maxLength: 1000 })],
  ["a list of countries", { enum: many(250) }],
  ["a large form", properties(300, { type: "string" })],
  ["a deep tree", nested(50, inList)],
  ["a tree that mentions itself", { type: "array", items: { $ref: "#" } }],
])("what people ask for is not: %s", (_, schema) => {
  expect(grammarOf(schema)).toContain("root ::=");
});
