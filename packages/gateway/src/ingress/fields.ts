import { BerthError } from "@berth/api";

/**
 * An object of a request, read field by field. Null is as good as absent. What nobody has read is refused by `done`, so
 * that nothing is dropped in silence. Everything throws BerthError that names the field as the caller has written it.
 */
export class Fields {
  readonly #value: Readonly<Record<string, unknown>>;
  readonly #path: string;
  readonly #read = new Set<string>();

  /** `path`: where the object stands in the request; empty for the request itself. */
  constructor(value: unknown, path: string) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw invalid(path === "" ? "the body" : path, "must be an object");
    }
    this.#value = value as Readonly<Record<string, unknown>>;
    this.#path = path;
  }

  at(name: string): string {
    return this.#path === "" ? name : `${this.#path}.${name}`;
  }

  /** As it was sent; `undefined` for null. */
  any(name: string): unknown {
    this.#read.add(name);
    return this.#value[name] ?? undefined;
  }

  text(name: string): string {
    return this.optionalText(name) ?? this.#missing(name);
  }

  optionalText(name: string): string | undefined {
    const value = this.any(name);
    if (value === undefined || typeof value === "string") return value;
    throw invalid(this.at(name), "must be a text");
  }

  oneOf<const Word extends string>(name: string, words: readonly Word[]): Word {
    return this.optionalOneOf(name, words) ?? this.#missing(name);
  }

  optionalOneOf<const Word extends string>(name: string, words: readonly Word[]): Word | undefined {
    const value = this.optionalText(name);
    const word = words.find((known) => known === value);
    if (word !== undefined || value === undefined) return word;
    return this.refuse(name, `can be ${words.map((known) => `"${known}"`).join(", ")} here`);
  }

  optionalNumber(name: string): number | undefined {
    const value = this.any(name);
    if (value === undefined || typeof value === "number") return value;
    throw invalid(this.at(name), "must be a number");
  }

  count(name: string): number {
    return this.optionalCount(name) ?? this.#missing(name);
  }

  /** One or more. */
  optionalCount(name: string): number | undefined {
    const value = this.optionalNumber(name);
    if (value === undefined || (Number.isInteger(value) && value >= 1)) return value;
    throw invalid(this.at(name), "must be a whole number, 1 or more");
  }

  optionalBoolean(name: string): boolean | undefined {
    const value = this.any(name);
    if (value === undefined || typeof value === "boolean") return value;
    throw invalid(this.at(name), "must be true or false");
  }

  optionalList(name: string): readonly unknown[] | undefined {
    const value = this.any(name);
    if (value === undefined || Array.isArray(value)) return value;
    throw invalid(this.at(name), "must be a list");
  }

  optionalTexts(name: string): readonly string[] | undefined {
    const list = this.optionalList(name);
    if (list === undefined || list.every((item) => typeof item === "string")) return list;
    throw invalid(this.at(name), "must be a list of texts");
  }

  /** What `read` makes of the objects of a list, one after the other: of millions, no more than the results are kept. */
  objects<Made>(name: string, read: (item: Fields, index: number) => Made): Made[] {
    const list = this.optionalList(name) ?? [];
    return list.map((item, index) => read(new Fields(item, `${this.at(name)}[${index}]`), index));
  }

  object(name: string): Fields {
    return this.optionalObject(name) ?? this.#missing(name);
  }

  optionalObject(name: string): Fields | undefined {
    const value = this.any(name);
    return value === undefined ? undefined : new Fields(value, this.at(name));
  }

  /** A JSON object that is passed on as it is. */
  optionalRecord(name: string): Readonly<Record<string, unknown>> | undefined {
    const object = this.optionalObject(name);
    return object === undefined ? undefined : object.#value;
  }

  record(name: string): Readonly<Record<string, unknown>> {
    return this.optionalRecord(name) ?? this.#missing(name);
  }

  /** These may be there; nothing is lost without them. */
  without(...names: readonly string[]): void {
    for (const name of names) this.#read.add(name);
  }

  refuse(name: string, why: string): never {
    throw new BerthError("unsupported", `${this.at(name)} ${why}`, { param: this.at(name) });
  }

  done(): void {
    for (const [name, value] of Object.entries(this.#value)) {
      if (value !== null && value !== undefined && !this.#read.has(name)) {
        this.refuse(name, "cannot be said to this model; leave it out");
      }
    }
  }

  #missing(name: string): never {
    throw invalid(this.at(name), "is missing");
  }
}

export function invalid(path: string, what: string): BerthError {
  return new BerthError("invalid_request", `${path} ${what}`, { param: path });
}

/** The entries that say something. */
export function said<Value extends object>(
  value: Value,
): { [Key in keyof Value]: Exclude<Value[Key], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as never;
}
