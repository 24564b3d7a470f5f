/** The number that stands in a field; `undefined` for an empty one. */
export function readNumber(text: string): number | undefined {
  const trimmed = text.trim();
  return trimmed === "" ? undefined : Number(trimmed);
}

/** A number as it stands in a field. */
export function numberText(value: number | null | undefined): string {
  return value === null || value === undefined ? "" : String(value);
}
