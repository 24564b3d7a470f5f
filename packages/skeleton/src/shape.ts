import type { Json } from "./json.ts";

export type Primitive = null | boolean | number | string;

/** What a value may be. */
export type Shape =
  | { readonly kind: "any" | "null" | "string" | "integer" | "number" | "boolean" }
  | { readonly kind: "enum"; readonly values: readonly Primitive[] }
  | { readonly kind: "array"; readonly of: Shape }
  /** An object whose keys are not known beforehand. */
  | { readonly kind: "map"; readonly of: Shape }
  /** One of the model's objects. */
  | { readonly kind: "object"; readonly name: string }
  | { readonly kind: "union"; readonly of: readonly Shape[] };

export interface Field {
  readonly name: string;
  readonly shape: Shape;
  readonly description: string | undefined;
  readonly isRequired: boolean;
  /** What it is when it is absent. */
  readonly fallback: Json | undefined;
  readonly example: Json | undefined;
}

export interface ObjectShape {
  /** Fit to be a class's name. */
  readonly name: string;
  readonly description: string | undefined;
  readonly fields: readonly Field[];
}

/** A handler's input: one object, and those that lie in it. */
export interface Model {
  readonly main: ObjectShape;
  /** With the main one, each behind those that it is made of where that can be. */
  readonly objects: readonly ObjectShape[];
}

/** One of several, flat and each once. */
export function unionOf(shapes: readonly Shape[]): Shape {
  const flat = shapes.flatMap((shape) => (shape.kind === "union" ? shape.of : [shape]));
  const each = new Map(flat.map((shape) => [JSON.stringify(shape), shape]));
  if (flat.some(({ kind }) => kind === "any") || each.size === 0) return { kind: "any" };
  const [only, ...others] = each.values();
  return only !== undefined && others.length === 0 ? only : { kind: "union", of: [...each.values()] };
}

export function orNull(shape: Shape): Shape {
  return unionOf([shape, { kind: "null" }]);
}

/** Whether null is one of what it may be. */
export function takesNull(shape: Shape): boolean {
  if (shape.kind === "union") return shape.of.some(takesNull);
  if (shape.kind === "enum") return shape.values.includes(null);
  return shape.kind === "any" || shape.kind === "null";
}

/** The shape without its null. */
export function withoutNull(shape: Shape): Shape {
  return shape.kind === "union" ? unionOf(shape.of.filter(({ kind }) => kind !== "null")) : shape;
}
