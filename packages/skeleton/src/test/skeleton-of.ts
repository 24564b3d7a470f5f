import { writeSkeleton, type Skeleton, type SkeletonOptions } from "../write-skeleton.ts";

/** The skeleton of a description, in Python unless told. */
export function skeletonOf(text: string, options: Partial<SkeletonOptions> = {}): Skeleton {
  return writeSkeleton({
    text,
    fileName: undefined,
    inputType: "auto",
    name: "RequestInput",
    language: "python",
    handlerType: "sync",
    dataType: "pydantic",
    serviceName: "mine",
    ...options,
  });
}

/** A schema with one field of each kind that is hard to write. */
export function schemaWith(properties: object, required: readonly string[] = []): string {
  return JSON.stringify({ type: "object", required, properties });
}
