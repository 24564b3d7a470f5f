import { BerthError } from "@berth/api";
import { nearest } from "@berth/std/nearest";
import type { ProviderRow } from "@berth/store";

/** The provider of this name, else of this id. Throws `not_found`, with near names. */
export function findProvider(rows: readonly ProviderRow[], nameOrId: string): ProviderRow {
  const found = rows.find(({ name }) => name === nameOrId) ?? rows.find(({ id }) => id === nameOrId);
  if (found !== undefined) return found;
  const near = nearest(
    nameOrId,
    rows.map(({ name }) => name),
  );
  const guess = near.length === 0 ? "`berth provider ls` lists them" : `did you mean ${near.join(" or ")}?`;
  throw new BerthError("not_found", `there is no provider ${nameOrId}: ${guess}`, {
    param: "name",
    details: { nearest: near },
  });
}
