import { BerthError, type CreateProvider, type ProviderOptions, type UpdateProvider } from "@berth/api";
import type { ProviderRow } from "@berth/store";
import { providerKinds } from "./provider-kinds.ts";
import { providerUrl } from "./provider-url.ts";

/** What a user decides of a provider, but for its credential. */
export type ProviderOrder = Omit<ProviderRow, "id" | "credential" | "found" | "createdAt" | "updatedAt">;

/** What a new provider is to be. Throws `invalid_request` for what its kind cannot be, naming the field. */
export function orderProvider(given: CreateProvider): ProviderOrder {
  const { name, kind, models = [], options = {} } = given;
  const facts = providerKinds[kind];
  return checked(
    {
      name,
      kind,
      url: given.url ?? "",
      models,
      discover: given.discover ?? (facts.lists && models.length === 0),
      auth: given.auth ?? null,
      options,
      anyPath: given.anyPath ?? false,
      maxParallel: given.maxParallel ?? null,
      connectSeconds: given.connectSeconds ?? null,
      firstTokenSeconds: given.firstTokenSeconds ?? null,
      enabled: given.enabled ?? true,
    },
    given.url ?? undefined,
  );
}

/** What the provider is to be from now on. Throws as `orderProvider`. */
export function reorderProvider(row: ProviderRow, given: UpdateProvider): ProviderOrder {
  const { id: _, credential: __, found: ___, createdAt: ____, updatedAt: _____, ...before } = row;
  const { credential: ______, url, ...changes } = given;
  const options = given.options ?? before.options;
  // an address that follows from the options moves with them
  const isOwn = before.url === providerKinds[row.kind].url(before.options);
  const said = url === undefined ? (isOwn ? undefined : before.url) : (url ?? undefined);
  const wanted = Object.entries(changes).filter(([, value]) => value !== undefined);
  return checked({ ...before, ...(Object.fromEntries(wanted) as Partial<ProviderOrder>), options }, said);
}

function checked(order: ProviderOrder, givenUrl: string | undefined): ProviderOrder {
  const { kind, models, discover, options, auth } = order;
  const facts = providerKinds[kind];
  const known: readonly string[] = [...facts.options, "headers"];
  const strange = Object.keys(options).find((name) => !known.includes(name));
  if (strange !== undefined)
    throw refused(`options.${strange}`, `a provider of the kind ${kind} has no ${strange}`);
  requireOpenHeaders(options);
  if (kind === "sagemaker" && options.region === undefined)
    throw refused("options.region", "a sagemaker provider needs its region, as us-east-2");
  if (kind === "sagemaker" && auth !== null)
    throw refused("auth", "requests to SageMaker are signed: leave auth out");
  if (auth?.kind === "header" && ownHeader.test(auth.name))
    throw refused("auth.name", `${auth.name} is written by Berth itself`);
  const url = givenUrl ?? facts.url(options);
  if (url === undefined) throw refused("url", `a provider of the kind ${kind} needs the address where it is`);
  if (discover && !facts.lists)
    throw refused(
      "discover",
      `a provider of the kind ${kind} cannot be asked for its models: name them in models`,
    );
  if (!discover && models.length === 0)
    throw refused(
      "models",
      facts.lists
        ? "name at least one model, or let the server be asked (discover)"
        : `a provider of the kind ${kind} cannot be asked for its models: name at least one`,
    );
  const twice = models.find(({ name }, index) => models.findIndex((other) => other.name === name) !== index);
  if (twice !== undefined) throw refused("models", `the model ${twice.name} is there twice`);
  return { ...order, url: providerUrl(kind, url) };
}

const secretHeader = /^(?:(?:proxy-)?authorization|cookie|(?:x-)?(?:goog-)?api-key)$/i;
const ownHeader =
  /^(?:host|connection|content-length|content-type|transfer-encoding|accept-encoding|te|upgrade|expect)$/i;

/** Everybody who may see a provider sees its headers. */
function requireOpenHeaders({ headers = {} }: ProviderOptions): void {
  for (const [name, value] of Object.entries(headers)) {
    const param = `options.headers.${name}`;
    if (secretHeader.test(name))
      throw refused(param, `${name} holds a secret: give that as the credential, and its header in auth`);
    if (ownHeader.test(name)) throw refused(param, `${name} is written by Berth itself`);
    if (!/^[\x20-\x7e]*$/.test(value))
      throw refused(param, `use visible ASCII characters in the header ${name}`);
  }
}

function refused(param: string, message: string): BerthError {
  return new BerthError("invalid_request", `${param}: ${message}`.replace(/^(\S+): \1:/, "$1:"), { param });
}
