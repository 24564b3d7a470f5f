import { DescriptionError } from "./description-error.ts";
import { className, freeName } from "./names.ts";
import type { Field, ObjectShape } from "./shape.ts";

const maxObjects = 1000;

/** The objects of a model while it is read. */
export class ObjectList {
  readonly #taken = new Set<string>();
  readonly #objects = new Map<string, ObjectShape>();

  /** A class's name that nothing else has. Throws when there are too many for anybody to read. */
  reserve(wanted: string): string {
    if (this.#taken.size >= maxObjects)
      throw new DescriptionError(`it has more than ${maxObjects} objects: describe the input alone`);
    const name = freeName(className(wanted), this.#taken);
    this.#taken.add(name);
    return name;
  }

  add(name: string, description: string | undefined, fields: readonly Field[]): void {
    this.#objects.set(name, { name, description, fields });
  }

  get(name: string): ObjectShape | undefined {
    return this.#objects.get(name);
  }

  all(): readonly ObjectShape[] {
    return [...this.#objects.values()];
  }
}
