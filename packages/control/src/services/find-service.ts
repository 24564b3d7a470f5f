import { BerthError, hasEnded } from "@berth/api";
import { nearest } from "@berth/std/nearest";
import type { ServiceRow } from "@berth/store";

const shortestPrefix = 2;

/**
 * The service of an id, a name or the start of an id, in this order; of one name, the live service before the ended
 * ones. Throws `conflict` naming the candidates when several fit, `not_found` with near matches when none does.
 */
export function findService(rows: readonly ServiceRow[], named: string): ServiceRow {
  const exact = rows.find(({ service }) => service.id === named);
  if (exact !== undefined) return exact;
  const namesakes = rows.filter(({ service }) => service.name === named);
  const live = namesakes.find(({ service }) => !hasEnded(service.status));
  if (live !== undefined) return live;
  const [namesake, ...moreNamesakes] = namesakes;
  if (namesake !== undefined && moreNamesakes.length === 0) return namesake;
  if (namesake !== undefined)
    throw ambiguous(`${namesakes.length} ended services have the name ${named}`, namesakes);
  const fitting =
    named.length < shortestPrefix ? [] : rows.filter(({ service }) => service.id.startsWith(named));
  const [only, ...more] = fitting;
  if (only !== undefined && more.length === 0) return only;
  if (only !== undefined)
    throw ambiguous(`${fitting.length} services have an id that starts with ${named}`, fitting);
  const near = nearest(named, new Set(rows.map(({ service }) => service.name)));
  const hint = near.length === 0 ? '"berth ls --all" shows those there are' : `near: ${near.join(", ")}`;
  throw new BerthError("not_found", `there is no service ${named}; ${hint}`, {
    param: "id",
    details: { near },
  });
}

function ambiguous(what: string, rows: readonly ServiceRow[]): BerthError {
  const candidates = rows.map(({ service }) => ({
    id: service.id,
    name: service.name,
    status: service.status,
  }));
  const listed = candidates.map(({ id, name, status }) => `${id} (${name}, ${status})`).join(", ");
  return new BerthError("conflict", `${what}: ${listed}; give one id`, {
    param: "id",
    details: { candidates },
  });
}
