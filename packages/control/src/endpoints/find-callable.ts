import { BerthError, isVisibleTo, mayWorkFor, nobodysOwner, type Scope } from "@berth/api";
import type { EndpointRow } from "@berth/store";
import { findEndpoint, fullNameOf } from "./find-endpoint.ts";

/** Who orders. */
export interface Orderer {
  readonly keyId: string;
  readonly owner?: string | null | undefined;
}

/** Who calls. */
export interface EndpointCaller extends Orderer {
  readonly scopes: readonly Scope[];
  /** Model names it may call; `null` means any. */
  readonly models: readonly string[] | null;
}

/**
 * The endpoint of that name, id or start of an id among those that the caller may call: others are as if they were not there.
 * Throws `not_found`, and `forbidden` for a key that is limited to others.
 */
export function findCallable(
  rows: readonly EndpointRow[],
  named: string,
  caller: EndpointCaller,
): EndpointRow {
  const row = findEndpoint(
    rows.filter((each) => isVisibleTo(each, caller)),
    named,
    caller.owner,
  );
  requireNamed(row, named, caller);
  return row;
}

/** As `findCallable`, of those whose jobs the caller may take. Throws `forbidden` for one that it may only call. */
export function findWorkable(
  rows: readonly EndpointRow[],
  named: string,
  caller: EndpointCaller,
): EndpointRow {
  const { scopes, owner } = caller;
  const worker = { scopes, owner: owner ?? nobodysOwner };
  const seen = rows.filter((row) => isVisibleTo(row, { scopes, owner }) || mayWorkFor(row, worker));
  const row = findEndpoint(seen, named, worker.owner);
  if (!mayWorkFor(row, worker))
    throw new BerthError(
      "forbidden",
      `only keys of ${row.owner} may take jobs of ${fullNameOf(row)}: berth key create NAME --scope worker --owner ${row.owner}`,
      { param: "id" },
    );
  requireNamed(row, named, caller);
  return row;
}

/** Throws `conflict` for one that answers nobody, and why. */
export function requireCallable(row: EndpointRow): void {
  const name = fullNameOf(row);
  if (row.isPaused)
    throw new BerthError("conflict", `${name} is paused: \`berth endpoint resume ${name}\` goes on`, {
      param: "id",
    });
  if (row.currentDeployment === null && row.nextDeployment === null)
    throw new BerthError("conflict", `${name} is not deployed: \`berth endpoint deploy ${name}\` does it`, {
      param: "id",
    });
}

function requireNamed(row: EndpointRow, named: string, { scopes, models }: EndpointCaller): void {
  // a short name is what it is asked by: another owner's endpoint may have it as well
  const names = [row.id, fullNameOf(row), named];
  if (models === null || scopes.includes("admin") || names.some((name) => models.includes(name))) return;
  throw new BerthError("forbidden", `this key may not call ${fullNameOf(row)}`, { param: "id" });
}
