import { BerthError } from "@berth/api";
import { nearest } from "@berth/std/nearest";
import type { EndpointRow } from "@berth/store";

/**
 * The endpoint of an id, `owner/name`, or a name, in this order; of one name, the asker's own before others', and a former name
 * last. Throws `conflict` naming the candidates when several have it, `not_found` with near matches when none does.
 */
export function findEndpoint(
  rows: readonly EndpointRow[],
  named: string,
  owner: string | null | undefined,
): EndpointRow {
  const live = rows.filter(({ isDeleted }) => !isDeleted);
  const exact = live.find((row) => row.id === named || fullNameOf(row) === named);
  if (exact !== undefined) return exact;
  const namesakes = live.filter(({ name }) => name === named);
  const [only, ...more] = namesakes;
  const own = namesakes.find((row) => row.owner === owner);
  if (own !== undefined) return own;
  if (only !== undefined && more.length === 0) return only;
  if (only !== undefined) {
    const candidates = namesakes.map(fullNameOf);
    throw new BerthError(
      "conflict",
      `several endpoints are called ${named}: say ${candidates.join(" or ")}`,
      {
        param: "id",
        details: { candidates },
      },
    );
  }
  const former = live.filter(({ owner: of, formerNames }) =>
    formerNames.some((name) => named === `${of}/${name}` || named === name),
  );
  const renamed = former.find((row) => row.owner === owner) ?? former[0];
  if (renamed !== undefined) return renamed;
  const near = nearest(named, new Set(live.flatMap((row) => [row.name, fullNameOf(row)])));
  const hint = near.length === 0 ? '"berth endpoint ls" shows those there are' : `near: ${near.join(", ")}`;
  throw new BerthError("not_found", `there is no endpoint ${named}; ${hint}`, {
    param: "id",
    details: { near },
  });
}

/** `owner/name` */
export function fullNameOf({ owner, name }: Pick<EndpointRow, "owner" | "name">): string {
  return `${owner}/${name}`;
}

/** What is told of an endpoint that went while something was done with it. */
export function isGone(): BerthError {
  return new BerthError("not_found", "the endpoint is gone", { param: "id" });
}
