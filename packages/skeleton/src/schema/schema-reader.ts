import { DescriptionError } from "../description-error.ts";
import { isObject, own, ownText, type Json, type JsonObject } from "../json.ts";
import type { ObjectList } from "../object-list.ts";
import { orNull, unionOf, type Primitive, type Shape } from "../shape.ts";
import { ShapeCount } from "../shape-count.ts";
import { findPointer, lastStep } from "./find-pointer.ts";
import { mergeSchemas } from "./merge-schemas.ts";
import { readFields } from "./read-fields.ts";

const maxDepth = 64;
const plainKinds = ["null", "string", "integer", "number", "boolean"] as const;

/** Reads JSON Schema and OpenAPI's kind of it. What it does not know of them (`pattern`, `if`) is not checked later. */
export class SchemaReader {
  readonly #root: Json;
  readonly #objects: ObjectList;
  /** `undefined` while it is being read. */
  readonly #refs = new Map<string, Shape | undefined>();
  #depth = 0;
  readonly #count = new ShapeCount();

  constructor(root: Json, objects: ObjectList) {
    this.#root = root;
    this.#objects = objects;
  }

  /** `wanted` is a name for the object that it may be, `at` where it stands. Throws DescriptionError. */
  read(schema: Json | undefined, wanted: string, at: string): Shape {
    this.#count.add(at);
    if (this.#depth >= maxDepth)
      throw new DescriptionError(`${at}: it goes too deep; describe the input more plainly`);
    this.#depth += 1;
    try {
      if (schema === true || schema === undefined) return { kind: "any" };
      if (!isObject(schema)) throw new DescriptionError(`${at}: a schema is an object with type or $ref`);
      const shape = this.#readObject(schema, wanted, at);
      return own(schema, "nullable") === true ? orNull(shape) : shape;
    } finally {
      this.#depth -= 1;
    }
  }

  #readObject(schema: JsonObject, wanted: string, at: string): Shape {
    const ref = own(schema, "$ref");
    if (typeof ref === "string") return this.#readRef(ref, wanted, at);
    if (Object.hasOwn(schema, "const")) return enumOf([own(schema, "const") ?? null], at);
    const values = own(schema, "enum");
    if (Array.isArray(values)) return enumOf(values as readonly Json[], at);
    const all = listOf(schema, "allOf");
    if (all.length > 0) return this.#readAll(schema, all, wanted, at);
    const any = [...listOf(schema, "anyOf"), ...listOf(schema, "oneOf")];
    // beside properties they are conditions on these, which are not checked
    if (any.length > 0 && !Object.hasOwn(schema, "properties"))
      return unionOf(any.map((one) => this.read(one, wanted, at)));
    const type = own(schema, "type");
    if (Array.isArray(type))
      return unionOf((type as readonly Json[]).map((one) => this.#readType(schema, one, wanted, at)));
    return this.#readType(schema, type ?? guessType(schema), wanted, at);
  }

  #readType(schema: JsonObject, type: Json | undefined, wanted: string, at: string): Shape {
    if (type === undefined) return { kind: "any" };
    const plain = plainKinds.find((kind) => kind === type);
    if (plain !== undefined) return { kind: plain };
    if (type === "array")
      return { kind: "array", of: this.read(own(schema, "items"), `${wanted} item`, `${at}[]`) };
    if (type !== "object")
      throw new DescriptionError(
        `${at}: there is no type ${JSON.stringify(type)}; there are object, array, ${plainKinds.join(", ")}`,
      );
    const properties = own(schema, "properties");
    if (isObject(properties) && Object.keys(properties).length > 0)
      return this.#readClass(schema, wanted, at);
    const rest = own(schema, "additionalProperties");
    return {
      kind: "map",
      of: rest === false ? { kind: "any" } : this.read(rest, `${wanted} value`, `${at}.*`),
    };
  }

  /** The name is known before the fields: these may be of its own kind. */
  #readClass(schema: JsonObject, wanted: string, at: string): Shape {
    const name = this.#objects.reserve(wanted);
    const shape: Shape = { kind: "object", name };
    for (const [ref, known] of this.#refs)
      if (known === undefined && findPointer(this.#root, ref) === schema) this.#refs.set(ref, shape);
    const fields = readFields(schema, at, (field, path) =>
      this.read(field, `${name} ${path}`, `${at}.${path}`),
    );
    this.#objects.add(name, ownText(schema, "description"), fields);
    return shape;
  }

  #readRef(ref: string, wanted: string, at: string): Shape {
    const known = this.#refs.get(ref);
    if (known !== undefined) {
      this.#count.addAgain(known, at);
      return known;
    }
    if (this.#refs.has(ref)) throw new DescriptionError(`${at}: $ref ${ref} leads back to itself`);
    this.#refs.set(ref, undefined);
    const shape = this.read(findPointer(this.#root, ref), ref === "#" ? wanted : lastStep(ref), at);
    this.#refs.set(ref, shape);
    return shape;
  }

  /** With one schema in it, often only to describe a `$ref`; with several, objects to be merged. */
  #readAll(schema: JsonObject, all: readonly Json[], wanted: string, at: string): Shape {
    const hasOwn = Object.hasOwn(schema, "properties");
    if (all.length === 1 && !hasOwn) return this.read(all[0], wanted, at);
    const { allOf: _, ...rest } = schema as Record<string, Json>;
    const parts = all.map((one) => this.#resolve(one, at));
    return this.read(mergeSchemas([...parts, rest]), wanted, at);
  }

  #resolve(schema: Json, at: string): JsonObject {
    this.#count.add(at);
    let found: Json = schema;
    for (let steps = 0; isObject(found) && typeof own(found, "$ref") === "string"; steps += 1) {
      if (steps === maxDepth) throw new DescriptionError(`${at}: its $ref lead back to each other`);
      found = findPointer(this.#root, own(found, "$ref") as string);
    }
    if (!isObject(found)) throw new DescriptionError(`${at}: allOf is of objects`);
    const inner = listOf(found, "allOf");
    if (inner.length === 0) return found;
    const { allOf: _, ...rest } = found as Record<string, Json>;
    this.#depth += 1;
    if (this.#depth >= maxDepth) throw new DescriptionError(`${at}: its allOf go too deep`);
    const merged = mergeSchemas([...inner.map((one) => this.#resolve(one, at)), rest]);
    this.#depth -= 1;
    return merged;
  }
}

function enumOf(values: readonly Json[], at: string): Shape {
  if (values.length === 0) throw new DescriptionError(`${at}: its enum is empty: no value fits`);
  if (values.some((value) => typeof value === "object" && value !== null)) return { kind: "any" };
  return { kind: "enum", values: [...new Set(values as readonly Primitive[])] };
}

function listOf(schema: JsonObject, key: string): readonly Json[] {
  const value = own(schema, key);
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

function guessType(schema: JsonObject): Json | undefined {
  if (Object.hasOwn(schema, "properties") || Object.hasOwn(schema, "additionalProperties")) return "object";
  return Object.hasOwn(schema, "items") ? "array" : undefined;
}
