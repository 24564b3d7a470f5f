/** The end of every `model.ts`: what reads single values. As text, since it becomes a part of the user's own program. */
export const modelReaders = String.raw`
type Read<T> = (value: unknown, at: string) => T;

function refuse(at: string, wanted: string, value: unknown): never {
  const seen = value === null ? "null" : Array.isArray(value) ? "a list" : "a value of the type " + typeof value;
  const found = value === undefined ? "it is missing" : "it is " + seen;
  throw new HandlerError("invalid_input", at + " must be " + wanted + ", but " + found, { status: 422 });
}

const anything: Read<unknown> = (value) => value;
const text: Read<string> = (value, at) => (typeof value === "string" ? value : refuse(at, "a text", value));
const number: Read<number> = (value, at) => (typeof value === "number" ? value : refuse(at, "a number", value));
const flag: Read<boolean> = (value, at) => (typeof value === "boolean" ? value : refuse(at, "true or false", value));
const integer: Read<number> = (value, at) =>
  typeof value === "number" && Number.isInteger(value) ? value : refuse(at, "a whole number", value);

function object(value: unknown, at: string): Map<string, unknown> {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? new Map(Object.entries(value)) : refuse(at, "an object", value);
}

function oneOf<const T extends string | number | boolean | null>(...values: T[]): Read<T> {
  return (value, at) => {
    const found = values.find((one) => one === value);
    return found === undefined ? refuse(at, "one of " + values.map((one) => JSON.stringify(one)).join(", "), value) : found;
  };
}

function list<T>(read: Read<T>): Read<T[]> {
  return (value, at) =>
    Array.isArray(value) ? value.map((item, index) => read(item, at + "[" + index + "]")) : refuse(at, "a list", value);
}

function record<T>(read: Read<T>): Read<Record<string, T>> {
  return (value, at) =>
    Object.fromEntries([...object(value, at)].map(([key, item]) => [key, read(item, at + "." + key)]));
}

/** As the first that can read it. */
function either<T extends unknown[]>(...reads: { [K in keyof T]: Read<T[K]> }): Read<T[number]> {
  return (value, at) => {
    let reason: unknown;
    for (const read of reads) {
      try {
        return read(value, at);
      } catch (error) {
        reason ??= error;
      }
    }
    throw reason;
  };
}

function needed<T>(given: Map<string, unknown>, name: string, at: string, read: Read<T>): T {
  return read(given.get(name), at + "." + name);
}

/** Absent, it has a value all the same. */
function orElse<T>(given: Map<string, unknown>, name: string, at: string, read: Read<T>, fallback: unknown): T {
  return read(given.has(name) ? given.get(name) : fallback, at + "." + name);
}

/** What may be left out may be null as well. */
function optional<K extends string, T>(
  given: Map<string, unknown>,
  name: K,
  at: string,
  read: Read<T>,
): { [P in K]?: T } {
  const value = given.get(name);
  return value === undefined || value === null ? {} : ({ [name]: read(value, at + "." + name) } as { [P in K]?: T });
}
`;
