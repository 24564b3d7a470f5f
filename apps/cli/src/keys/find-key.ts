import type { Key } from "@berth/api";
import { CliError } from "../exit.ts";
import { nearest } from "../nearest.ts";

/** By name, id, or the start of an id. Throws a usage error for several, `notFound` for none. */
export function findKey(keys: readonly Key[], reference: string): Key {
  const exact = keys.filter(({ id, name }) => id === reference || name === reference);
  const found =
    exact.length > 0 ? exact : keys.filter(({ id }) => reference !== "" && id.startsWith(reference));
  if (found.length === 1 && found[0] !== undefined) return found[0];
  if (found.length > 1) {
    throw new CliError(
      "usage",
      `"${reference}" means several keys: ${found.map(({ id, name }) => `${name} (${id})`).join(", ")}`,
    );
  }
  const near = nearest(
    reference,
    keys.map(({ name }) => name),
  );
  throw new CliError(
    "notFound",
    `no key "${reference}"${near === undefined ? "" : ` (did you mean ${near}?)`}; \`berth key ls\` lists them`,
  );
}
