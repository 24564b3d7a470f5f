/** Makes a reader of an address's search part: these names, when they hold a text; all else is as good as absent. */
export function words<Name extends string>(
  ...names: readonly Name[]
): (search: Record<string, unknown>) => { [N in Name]?: string } {
  return (search) => {
    const read: { [N in Name]?: string } = {};
    for (const name of names) {
      const text = word(search[name]);
      if (text !== undefined) read[name] = text;
    }
    return read;
  };
}

function word(value: unknown): string | undefined {
  if (typeof value === "string") return value === "" ? undefined : value;
  // the router reads what looks like a number or a boolean as one
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

/** An address holds only what differs from the plain page. */
export function plainSearch<Search extends Record<string, string | undefined>>(search: Search): Search {
  return Object.fromEntries(
    Object.entries(search).filter(([, value]) => value !== "" && value !== undefined),
  ) as Search;
}
