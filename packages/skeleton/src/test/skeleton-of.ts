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

/** The example of Spirit-GPU's own documentation. */
export const seedExample = `openapi: 3.1.0
components:
  schemas:
    RequestInput:
      type: object
      required:
        - audio
      properties:
        audio:
          type: string
          description: URL to the audio file.
          nullable: false
        model:
          type: string
          description: Identifier for the model to be used.
          default: null
          nullable: true
`;

/** A schema with one field of each kind that is hard to write. */
export function schemaWith(properties: object, required: readonly string[] = []): string {
  return JSON.stringify({ type: "object", required, properties });
}
