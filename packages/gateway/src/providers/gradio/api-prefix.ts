/**
 * Before the paths of an app's API, as its configuration tells; empty where it tells none. `undefined` for one that is no
 * plain path: put behind the address, it could lead to another host.
 */
export function apiPrefix(told: unknown): string | undefined {
  if (typeof told !== "string") return "";
  const prefix = told.replace(/\/$/, "");
  return /^(?:\/[\w-][\w.-]*)*$/.test(prefix) ? prefix : undefined;
}
