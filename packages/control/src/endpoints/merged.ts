/** The values with what of them was given, in their places. */
export function merged<T extends object>(
  values: T,
  given: { readonly [K in keyof T]?: T[K] | undefined } | undefined,
): T {
  const changes = Object.entries(given ?? {}).filter(([, value]) => value !== undefined);
  return { ...values, ...(Object.fromEntries(changes) as Partial<T>) };
}
