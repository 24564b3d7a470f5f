/** The word that takes a setting away. */
export const none = "none";

/** Reads an option's value, or `none` as null. */
export function orNone<T>(read: (text: string) => T): (text: string) => T | null {
  return (text) => (text === none ? null : read(text));
}

/** Of an option that may be given several times: none of them where `none` is among its values. */
export function listOrNone(values: readonly string[]): readonly string[] {
  return values.includes(none) ? [] : values;
}
