import { DescriptionError } from "./description-error.ts";
import type { Shape } from "./shape.ts";

const mostShapes = 20_000;

/** What a model comes to while it is read. A few lines can name each other so that it would be written without end. */
export class ShapeCount {
  #shapes = 0;

  /** One more is read. Throws DescriptionError where they are too many for anybody to read. */
  add(at: string): void {
    this.#add(1, at);
  }

  /** It was read before, and is written here as well. Throws as `add` does. */
  addAgain(shape: Shape, at: string): void {
    this.#add(sizeOf(shape), at);
  }

  #add(count: number, at: string): void {
    this.#shapes += count;
    if (this.#shapes > mostShapes)
      throw new DescriptionError(`${at}: it comes to too much; describe the input more plainly`);
  }
}

/** Objects are written by their names. */
function sizeOf(shape: Shape): number {
  switch (shape.kind) {
    case "enum":
      return shape.values.length;
    case "array":
    case "map":
      return 1 + sizeOf(shape.of);
    case "union":
      return shape.of.reduce((sum, one) => sum + sizeOf(one), 1);
    case "any":
    case "null":
    case "string":
    case "integer":
    case "number":
    case "boolean":
    case "object":
      return 1;
  }
}
