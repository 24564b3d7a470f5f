import {
  GraphQLError,
  Kind,
  parse,
  valueFromASTUntyped,
  type DefinitionNode,
  type EnumTypeDefinitionNode,
  type FieldDefinitionNode,
  type InputObjectTypeDefinitionNode,
  type InterfaceTypeDefinitionNode,
  type ObjectTypeDefinitionNode,
  type InputValueDefinitionNode,
  type TypeNode,
} from "graphql";
import { checkFallbacks } from "./check-fallbacks.ts";
import { DescriptionError } from "./description-error.ts";
import type { Json } from "./json.ts";
import { ObjectList } from "./object-list.ts";
import { ShapeCount } from "./shape-count.ts";
import { orNull, takesNull, unionOf, type Field, type Model, type Shape } from "./shape.ts";

const scalars: Readonly<Record<string, Shape>> = {
  String: { kind: "string" },
  ID: { kind: "string" },
  Int: { kind: "integer" },
  Float: { kind: "number" },
  Boolean: { kind: "boolean" },
};

/** The model of an `input` or `type` of a schema in GraphQL's language. Throws DescriptionError that names those there are. */
export function readGraphql(text: string, name: string): Model {
  const definitions = new Map<string, DefinitionNode>();
  for (const one of parseSchema(text)) if ("name" in one && one.name) definitions.set(one.name.value, one);
  const objects = new ObjectList();
  const named = new Map<string, Shape>();
  const count = new ShapeCount();

  function shapeOf(type: TypeNode, at: string): Shape {
    if (type.kind === Kind.NON_NULL_TYPE) return innerShape(type.type, at);
    return orNull(innerShape(type, at));
  }
  function innerShape(type: TypeNode, at: string): Shape {
    if (type.kind === Kind.LIST_TYPE) return { kind: "array", of: shapeOf(type.type, at) };
    if (type.kind === Kind.NON_NULL_TYPE) return innerShape(type.type, at);
    return readNamed(type.name.value, at);
  }
  function readNamed(called: string, at: string): Shape {
    const scalar = Object.hasOwn(scalars, called) ? scalars[called] : undefined;
    if (scalar !== undefined) return scalar;
    const known = named.get(called);
    if (known !== undefined) {
      count.addAgain(known, at);
      return known;
    }
    const definition = definitions.get(called);
    if (definition?.kind === Kind.SCALAR_TYPE_DEFINITION) return { kind: "any" };
    if (definition?.kind === Kind.ENUM_TYPE_DEFINITION) return keep(called, readEnum(definition));
    if (definition?.kind === Kind.UNION_TYPE_DEFINITION)
      return keep(called, unionOf(membersOf(called).map((member) => readNamed(member, at))));
    if (definition === undefined || !hasFields(definition))
      throw new DescriptionError(`${at}: there is no type ${called} in the schema`);
    const shape = keep(called, { kind: "object", name: objects.reserve(called) });
    const fields = (definition.fields ?? []).map((field) =>
      readField(field, shapeOf(field.type, `${called}.${field.name.value}`)),
    );
    objects.add(shape.name, definition.description?.value.trim(), fields);
    return shape;
  }

  function keep<Kept extends Shape>(called: string, shape: Kept): Kept {
    named.set(called, shape);
    return shape;
  }
  /** A union may be of others, and of itself. */
  function membersOf(union: string): readonly string[] {
    const found = new Set([union]);
    const members: string[] = [];
    for (const each of found) {
      const definition = definitions.get(each);
      if (definition?.kind !== Kind.UNION_TYPE_DEFINITION) members.push(each);
      else for (const type of definition.types ?? []) found.add(type.name.value);
    }
    return members;
  }

  const able = [...definitions].flatMap(([each, definition]) => (hasFields(definition) ? [each] : []));
  if (!able.includes(name))
    throw new DescriptionError(
      `the schema has no input or type ${name}${able.length === 0 ? "" : `; there are: ${able.slice(0, 20).join(", ")}. Name one of them with --name`}`,
    );
  const shape = readNamed(name, name);
  const main = shape.kind === "object" ? objects.get(shape.name) : undefined;
  if (main === undefined || main.fields.length === 0) throw new DescriptionError(`${name} has no fields`);
  return checkFallbacks({ main, objects: objects.all() });
}

function hasFields(
  one: DefinitionNode,
): one is ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode | InputObjectTypeDefinitionNode {
  return (
    one.kind === Kind.OBJECT_TYPE_DEFINITION ||
    one.kind === Kind.INTERFACE_TYPE_DEFINITION ||
    one.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION
  );
}

function readEnum({ values = [] }: EnumTypeDefinitionNode): Shape {
  return { kind: "enum", values: values.map((value) => value.name.value) };
}

function readField(field: FieldDefinitionNode | InputValueDefinitionNode, shape: Shape): Field {
  const given = field.kind === Kind.INPUT_VALUE_DEFINITION ? field.defaultValue : undefined;
  const fallback = given === undefined ? undefined : (valueFromASTUntyped(given) as Json);
  return {
    name: field.name.value,
    shape,
    description: field.description?.value.trim(),
    isRequired: fallback === undefined && !takesNull(shape),
    fallback,
    example: undefined,
  };
}

function parseSchema(text: string): readonly DefinitionNode[] {
  try {
    return parse(text, { noLocation: true, maxTokens: 100_000 }).definitions;
  } catch (cause) {
    if (!(cause instanceof GraphQLError)) throw cause;
    const [place] = cause.locations ?? [];
    const where = place === undefined ? "" : `line ${place.line}, column ${place.column}: `;
    throw new DescriptionError(`this is no GraphQL: ${where}${cause.message}`, { cause });
  }
}
