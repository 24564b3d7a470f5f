import { BerthError } from "@berth/api";
import { literal, type GrammarDraft } from "./gbnf.ts";
import type { GrammarBudget } from "./grammar-budget.ts";

/**
 * JSON Schema as a grammar, so that an answer cannot but follow it. Properties come in the schema's order; optional ones
 * may be left out. A keyword that a grammar cannot hold is refused by name, never dropped, unless `lenient`: then the
 * rest still holds (the arguments of tools, which nobody checks elsewhere either).
 */
export interface SchemaOptions {
  /** Where the schema stands in the request: `response_format.json_schema.schema`. */
  readonly param: string;
  readonly lenient?: boolean | undefined;
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type Schema = Readonly<Record<string, unknown>>;

/** Say something about a value that no grammar needs to know. */
const annotations = new Set([
  "$anchor",
  "$comment",
  "$id",
  "$schema",
  "default",
  "deprecated",
  "description",
  "example",
  "examples",
  "readOnly",
  "strict",
  "title",
  "writeOnly",
]);

const keywordsOf = {
  any: ["$defs", "$ref", "allOf", "anyOf", "const", "definitions", "enum", "nullable", "oneOf", "type"],
  string: ["format", "maxLength", "minLength"],
  number: [],
  integer: [],
  boolean: [],
  null: [],
  array: ["items", "maxItems", "minItems", "prefixItems"],
  object: ["additionalProperties", "properties", "required"],
} as const satisfies Record<string, readonly string[]>;

type TypeName = Exclude<keyof typeof keywordsOf, "any">;
const typeNames = Object.keys(keywordsOf).filter((name): name is TypeName => name !== "any");
const stringFormats: Readonly<Record<string, string>> = {
  date: "date",
  time: "time",
  "date-time": 'date "T" time',
  uuid: "uuid",
};
/** Beyond this llama.cpp refuses to repeat. */
const mostRepetitions = 1000;

/** The name of a rule that generates exactly the values of the schema. Throws BerthError `invalid_request` or `unsupported`. */
export function schemaRule(draft: GrammarDraft, schema: unknown, options: SchemaOptions): string {
  return new SchemaReader(draft, schema, options).rule(schema, options.param);
}

class SchemaReader {
  readonly #draft: GrammarDraft;
  readonly #root: unknown;
  readonly #lenient: boolean;
  readonly #rootParam: string;
  readonly #references = new Map<string, string>();

  constructor(draft: GrammarDraft, root: unknown, { param, lenient = false }: SchemaOptions) {
    this.#draft = draft;
    this.#root = root;
    this.#lenient = lenient;
    this.#rootParam = param;
  }

  rule(schema: unknown, param: string): string {
    if (schema === true) return "value";
    if (!isSchema(schema)) throw invalid(param, "is no JSON schema: give an object");
    this.#checkKeywords(schema, param);
    const body = this.#draft.budget.nested(param, () => this.#body(schema, param));
    return schema["nullable"] === true ? this.#draft.rule(`${body} | null`, "nullable") : body;
  }

  #body(schema: Schema, param: string): string {
    if (typeof schema["$ref"] === "string") return this.#reference(schema["$ref"], `${param}.$ref`);
    if ("const" in schema) return this.#constants([schema["const"]], `${param}.const`);
    if ("enum" in schema) return this.#constants(list(schema["enum"], `${param}.enum`), `${param}.enum`);
    for (const keyword of ["anyOf", "oneOf"] as const)
      if (keyword in schema)
        return this.#alternatives(list(schema[keyword], `${param}.${keyword}`), `${param}.${keyword}`);
    if ("allOf" in schema) {
      const [only, ...more] = list(schema["allOf"], `${param}.allOf`);
      if (more.length > 0) return this.#unsupported("allOf of several schemas", `${param}.allOf`) ?? "value";
      return this.rule(only, `${param}.allOf[0]`);
    }
    const types = typesOf(schema, param);
    if (types.length === 0) return "value";
    const bodies = types.map((type) => this.#typed(type, schema, param));
    return bodies.length === 1 ? (bodies[0] ?? "value") : this.#draft.rule(bodies.join(" | "), "either");
  }

  #typed(type: TypeName, schema: Schema, param: string): string {
    switch (type) {
      case "string":
        return this.#string(schema, param);
      case "array":
        return this.#array(schema, param);
      case "object":
        return this.#object(schema, param);
      case "number":
      case "integer":
      case "boolean":
      case "null":
        return type;
    }
  }

  #string(schema: Schema, param: string): string {
    const format = typeof schema["format"] === "string" ? stringFormats[schema["format"]] : undefined;
    if (format !== undefined) return this.#draft.rule(`"\\"" ${format} "\\""`, "format");
    const range = repetition(schema, "minLength", "maxLength", param);
    this.#draft.budget.spend("repetitions", repeated(schema, "minLength", "maxLength", param), param);
    return range === "*" ? "string" : this.#draft.rule(`"\\"" char${range} "\\""`, "text");
  }

  #array(schema: Schema, param: string): string {
    const prefix = "prefixItems" in schema ? list(schema["prefixItems"], `${param}.prefixItems`) : [];
    if (prefix.length > 0) {
      const items = prefix.map((item, index) => this.rule(item, `${param}.prefixItems[${index}]`));
      return this.#draft.rule(`"[" ws ${items.join(' "," ws ')} ws "]"`, "tuple");
    }
    const item = "items" in schema ? this.rule(schema["items"], `${param}.items`) : "value";
    const min = count(schema, "minItems", param) ?? 0;
    const max = count(schema, "maxItems", param);
    this.#draft.budget.spend("repetitions", repeated(schema, "minItems", "maxItems", param), param);
    if (max === 0) return this.#draft.rule('"[" ws "]"', "empty");
    const more = `{${Math.max(0, min - 1)},${max === undefined ? "" : max - 1}}`;
    const items = `${item} ("," ws ${item})${more}`;
    return this.#draft.rule(`"[" ws ${min === 0 ? `(${items})?` : items} ws "]"`, "list");
  }

  #object(schema: Schema, param: string): string {
    const properties = schema["properties"] ?? {};
    if (!isSchema(properties)) throw invalid(`${param}.properties`, "has to be an object");
    const required = new Set("required" in schema ? list(schema["required"], `${param}.required`) : []);
    for (const name of required)
      if (!this.#lenient && (typeof name !== "string" || !(name in properties)))
        throw invalid(`${param}.required`, `names "${String(name)}", which is not in properties`);
    this.#draft.budget.spend("properties", Object.keys(properties).length, `${param}.properties`);
    const members = Object.entries(properties).map(([name, member]) => ({
      rule: this.#draft.rule(
        `${literal(JSON.stringify(name))} ":" ws ${this.rule(member, `${param}.properties.${name}`)}`,
        "member",
      ),
      required: required.has(name),
    }));
    const others = this.#otherMembers(schema, members.length, param);
    return this.#draft.rule(`"{" ws ${this.#members(members, others)} ws "}"`, "object");
  }

  /** The rule of one member that the schema does not name, if it allows any. */
  #otherMembers(schema: Schema, named: number, param: string): string | undefined {
    const others = schema["additionalProperties"] ?? named === 0;
    if (others === false) return undefined;
    return this.#draft.rule(`string ":" ws ${this.rule(others, `${param}.additionalProperties`)}`, "other");
  }

  /** Members in order, with a comma before each that has one before it: `first` rules have none before them, `next` rules one. */
  #members(members: readonly { rule: string; required: boolean }[], others: string | undefined): string {
    let first = others === undefined ? '""' : this.#draft.rule(`(${others} ("," ws ${others})*)?`, "others");
    let next = others === undefined ? '""' : this.#draft.rule(`("," ws ${others})*`, "more");
    for (const { rule, required } of members.toReversed()) {
      const [afterFirst, afterNext] = [first, next];
      first = this.#draft.rule(
        required ? `${rule} ${afterNext}` : `${rule} ${afterNext} | ${afterFirst}`,
        "first",
      );
      next = this.#draft.rule(
        required ? `"," ws ${rule} ${afterNext}` : `"," ws ${rule} ${afterNext} | ${afterNext}`,
        "next",
      );
    }
    return first;
  }

  #constants(values: readonly unknown[], param: string): string {
    if (values.length === 0) throw invalid(param, "is empty: no value could follow it");
    this.#draft.budget.spend("alternatives", values.length, param);
    const texts = values.map((value) => constant(value as Json, param, this.#draft.budget));
    return this.#draft.rule(texts.join(" | "), "one-of");
  }

  #alternatives(schemas: readonly unknown[], param: string): string {
    if (schemas.length === 0) throw invalid(param, "is empty: no value could follow it");
    this.#draft.budget.spend("alternatives", schemas.length, param);
    const rules = schemas.map((schema, index) => this.rule(schema, `${param}[${index}]`));
    return this.#draft.rule(rules.join(" | "), "any-of");
  }

  #reference(pointer: string, param: string): string {
    const known = this.#references.get(pointer);
    if (known !== undefined) return known;
    const target = pointer === "#" ? this.#root : resolvePointer(this.#root, pointer);
    if (target === undefined) throw invalid(param, `points to "${pointer}", which is not in the schema`);
    const { name, define } = this.#draft.declare("ref");
    this.#references.set(pointer, name);
    define(this.rule(target, pointer.replace("#", this.#rootParam).replaceAll("/", ".")));
    return name;
  }

  #checkKeywords(schema: Schema, param: string): void {
    const known = new Set<string>([...keywordsOf.any, ...typeNames.flatMap((type) => keywordsOf[type])]);
    for (const [keyword, value] of Object.entries(schema)) {
      if (known.has(keyword) || annotations.has(keyword) || keyword.startsWith("x-")) continue;
      if (isHarmlessBound(keyword, value)) continue;
      this.#unsupported(keyword, `${param}.${keyword}`);
    }
  }

  #unsupported(what: string, param: string): undefined {
    if (this.#lenient) return undefined;
    throw new BerthError(
      "unsupported",
      `JSON schema keyword ${what} cannot be enforced by this engine; leave it out`,
      {
        param,
      },
    );
  }
}

/** Bounds that every integer keeps anyway: schema libraries write them for "a safe integer". */
function isHarmlessBound(keyword: string, value: unknown): boolean {
  if (keyword === "minimum" || keyword === "exclusiveMinimum")
    return Number(value) <= Number.MIN_SAFE_INTEGER;
  if (keyword === "maximum" || keyword === "exclusiveMaximum")
    return Number(value) >= Number.MAX_SAFE_INTEGER;
  return false;
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function list(value: unknown, param: string): readonly unknown[] {
  if (!Array.isArray(value)) throw invalid(param, "has to be a list");
  return value;
}

/** The types a schema names, or those that its other keywords imply. */
function typesOf(schema: Schema, param: string): readonly TypeName[] {
  const named = schema["type"];
  if (named === undefined) {
    const implied = typeNames.filter((type) => keywordsOf[type].some((keyword) => keyword in schema));
    return implied.slice(0, 1);
  }
  return (Array.isArray(named) ? (named as unknown[]) : [named]).map((name) => {
    const type = typeNames.find((known) => known === name);
    if (type === undefined) throw invalid(`${param}.type`, `"${String(name)}" is no JSON type`);
    return type;
  });
}

function count(schema: Schema, keyword: string, param: string): number | undefined {
  const value = schema[keyword];
  if (value === undefined) return undefined;
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > mostRepetitions)
    throw invalid(`${param}.${keyword}`, `has to be a whole number from 0 to ${mostRepetitions}`);
  return value;
}

function repetition(schema: Schema, least: string, most: string, param: string): string {
  const min = count(schema, least, param) ?? 0;
  const max = count(schema, most, param);
  return min === 0 && max === undefined ? "*" : `{${min},${max ?? ""}}`;
}

/** How often at most, or at least where there is no most, something is repeated by its own number. */
function repeated(schema: Schema, least: string, most: string, param: string): number {
  return count(schema, most, param) ?? count(schema, least, param) ?? 0;
}

/** A value as models write it, with optional spaces after commas and colons. */
function constant(value: Json, param: string, budget: GrammarBudget): string {
  if (typeof value !== "object" || value === null) return literal(JSON.stringify(value));
  const inner = (member: Json): string => budget.nested(param, () => constant(member, param, budget));
  if (isList(value)) return `"[" ws ${value.map(inner).join(' "," ws ') || '""'} ws "]"`;
  const members = Object.entries(value).map(
    ([name, member]) => `${literal(JSON.stringify(name))} ":" ws ${inner(member)}`,
  );
  return `"{" ws ${members.join(' "," ws ') || '""'} ws "}"`;
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

function resolvePointer(root: unknown, pointer: string): unknown {
  if (!pointer.startsWith("#/")) return undefined;
  let value = root;
  for (const step of pointer.slice(2).split("/")) {
    const name = decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~");
    value = isSchema(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return value;
}

function invalid(param: string, problem: string): BerthError {
  return new BerthError("invalid_request", `${param} ${problem}`, { param });
}
