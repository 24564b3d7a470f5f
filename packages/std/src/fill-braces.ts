/** Replaces `{name}` by the value of that name; braces around anything else stay as they are, as does what is filled in. */
export function fillBraces(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{([A-Za-z]+)\}/g, (braces, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? braces) : braces,
  );
}
