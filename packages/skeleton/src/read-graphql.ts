import {
  GraphQLError,
  Kind,
  parse,
  valueFromASTUntyped,
  type DefinitionNode,
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

  function shapeOf(type: TypeNode, at: string): Shape {
    if (type.kind === Kind.NON_NULL_TYPE) return innerShape(type.type, at);
    return orNull(innerShape(type, at));
  }
  function innerShape(type: TypeNode, at: string): Shape {
    if (type.kind === Kind.LIST_TYPE) return { kind: "array", of: shapeOf(type.type, at) };
    if (type.kind === Kind.NON_NULL_TYPE) return innerShape(type.type, at);
    const called = type.name.value;
    return (Object.hasOwn(scalars, called) ? scalars[called] : undefined) ?? readNamed(called, at);
  }
  function readNamed(called: string, at: string): Shape {
    const known = named.get(called);
    if (known !== undefined) return known;
    const definition = definitions.get(called);
    if (definition?.kind === Kind.SCALAR_TYPE_DEFINITION) return { kind: "any" };
    if (definition?.kind === Kind.ENUM_TYPE_DEFINITION)
      return { kind: "enum", values: (definition.values ?? []).map((value) => value.name.value) };
    if (definition?.kind === Kind.UNION_TYPE_DEFINITION)
      return unionOf((definition.types ?? []).map((type) => innerShape(type, at)));
    if (definition === undefined || !hasFields(definition))
      throw new DescriptionError(`${at}: there is no type ${called} in the schema`);
    const shape: Shape = { kind: "object", name: objects.reserve(called) };
    named.set(called, shape);
    const fields = (definition.fields ?? []).map((field) =>
      readField(field, shapeOf(field.type, `${called}.${field.name.value}`)),
    );
    objects.add(shape.name, definition.description?.value.trim(), fields);
    return shape;
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
